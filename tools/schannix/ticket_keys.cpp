// `schannix ticket-keys`: makes, renews and shows a file of ticket keys.
#include "ticket_keys.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <span>
#include <sstream>
#include <string_view>
#include <system_error>

#include "exit_codes.hpp"
#include "files.hpp"
#include "options.hpp"

namespace tool {

namespace {

using schannix::ticket_key;

constexpr std::size_t most_keys = 16;  // of a credential
constexpr std::string_view head =
    "# Ticket keys of schannix. The first seals, all open. Keep this file from everybody else.\n";

[[noreturn]] void fail_with_errno(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

std::string hexadecimal(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte one : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(one));
  return text;
}

int digit(char one) {
  if (one >= '0' && one <= '9') return one - '0';
  if (one >= 'a' && one <= 'f') return one - 'a' + 10;
  return -1;
}

// False: not exactly so many bytes.
bool read_hexadecimal(std::string_view text, std::span<std::byte> into) {
  if (text.size() != 2 * into.size()) return false;
  for (std::size_t i = 0; i < into.size(); ++i) {
    const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    into[i] = static_cast<std::byte>(high * 16 + low);
  }
  return true;
}

ticket_key random_key() {
  ticket_key made;
  if (::getentropy(made.id.data(), made.id.size()) != 0 || ::getentropy(made.secret.data(), made.secret.size()) != 0)
    fail_with_errno("random numbers");
  return made;
}

std::string text_of(const std::vector<ticket_key>& keys) {
  std::string text(head);
  for (const ticket_key& one : keys) text += hexadecimal(one.id) + ' ' + hexadecimal(one.secret) + '\n';
  return text;
}

// 0, or an errno, also where the kernel takes less and gives none.
int put_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t part = ::write(file, text.data(), text.size());
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) return part < 0 ? errno : EIO;
    text.remove_prefix(static_cast<std::size_t>(part));
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

int fill_new_file(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) fail_with_errno(path);
  const int problem = put_all(file, text);
  const int closing = ::close(file) == 0 ? 0 : errno;
  return problem != 0 ? problem : closing;
}

// Nobody can foretell it, and what an earlier rotation left behind, cut off in the middle, is not in the way.
std::string name_beside(const std::string& path) {
  std::array<std::byte, 8> random{};
  if (::getentropy(random.data(), random.size()) != 0) fail_with_errno("random numbers");
  return path + '.' + hexadecimal(random) + ".new";
}

// Written whole, and only then under its name. The name may be taken already where it replaces.
void write_keys(const std::string& path, const std::vector<ticket_key>& keys, bool replaces) {
  const std::string beside = replaces ? name_beside(path) : path;
  int problem = fill_new_file(beside, text_of(keys));
  if (problem == 0 && replaces && std::rename(beside.c_str(), path.c_str()) != 0) problem = errno;
  if (problem == 0) return;
  ::unlink(beside.c_str());
  throw std::system_error(problem, std::generic_category(), path);
}

int rotate(const ticket_keys_options& options) {
  auto keys = prepare([&] { return read_ticket_keys(options.file); });
  keys.insert(keys.begin(), random_key());
  if (keys.size() > options.keep) keys.resize(options.keep);
  prepare([&] { write_keys(options.file, keys, true); });
  return exit_clean;
}

int show(const std::string& path) {
  for (const ticket_key& one : prepare([&] { return read_ticket_keys(path); })) fmt::print("{}\n", hexadecimal(one.id));
  return exit_clean;
}

}  // namespace

std::vector<ticket_key> read_ticket_keys(const std::string& path) {
  std::istringstream lines(read_private_file(path));
  std::vector<ticket_key> keys;
  std::string line;
  for (unsigned number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    ticket_key read;
    const auto space = line.find(' ');
    const bool whole = space != std::string::npos && read_hexadecimal(line.substr(0, space), read.id) &&
                       read_hexadecimal(line.substr(space + 1), read.secret);
    const bool known = std::any_of(keys.begin(), keys.end(), [&](const ticket_key& one) { return one.id == read.id; });
    if (!whole || known)
      throw std::runtime_error(fmt::format("{}:{}: {}", path, number, whole ? "this id was there before" : "no key"));
    keys.push_back(read);
  }
  if (keys.empty() || keys.size() > most_keys) throw std::runtime_error(path + ": not 1 to 16 keys");
  return keys;
}

int run_ticket_keys(const ticket_keys_options& options) {
  if (options.action == ticket_keys_options::what::show) return show(options.file);
  if (options.action == ticket_keys_options::what::rotate) return rotate(options);
  prepare([&] { write_keys(options.file, {random_key()}, false); });
  return exit_clean;
}

}  // namespace tool
