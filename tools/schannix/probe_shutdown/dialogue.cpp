#include "dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace tool {

namespace {

std::string protocol_of(const std::string& port) {
  static const std::map<std::string, std::string> known = {
      {"443", "http"}, {"465", "smtp"}, {"993", "imap"}, {"995", "pop3"}, {"990", "ftp"}};
  const auto found = known.find(port);
  return found == known.end() ? "none" : found->second;
}

dialogue http(const std::string& host, const std::string& path) {
  const auto request = [&](std::string_view connection) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: schannix\r\nConnection: {}\r\n\r\n", path, host,
                       connection);
  };
  return {.known = true, .is_http = true, .ask = request("keep-alive"), .quit = request("close")};
}

dialogue lines(bool greeted, const std::string& ask, const std::string& quit) {
  return {.known = true, .greeted = greeted, .ask = ask + "\r\n", .quit = quit + "\r\n"};
}

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return made;
}

// The value of a field of the head, in lower case.
std::optional<std::string> field(std::string_view head, std::string_view name) {
  const std::string all = lower(head);
  const auto at = all.find("\r\n" + std::string(name) + ":");
  if (at == all.npos) return {};
  const auto start = all.find_first_not_of(" \t", at + name.size() + 3);
  return start == all.npos ? std::string() : all.substr(start, all.find("\r\n", start) - start);
}

// Chunks to the last one, with the empty line that ends the trailer. RFC 9112 §7.1
bool ends_with_the_last_chunk(std::string_view body) {
  while (true) {
    const auto line = body.find("\r\n");
    std::size_t size = 0;
    if (line == body.npos || std::from_chars(body.data(), body.data() + line, size, 16).ec != std::errc()) return false;
    if (size == 0) return body.find("\r\n\r\n", line) != body.npos;
    body.remove_prefix(line + 2);
    if (body.size() < 2 || body.size() - 2 < size) return false;
    body.remove_prefix(size + 2);
  }
}

// RFC 9112 §6.3: what says where the body ends.
answer progress_of_http(std::string_view received, bool closed) {
  const auto end = received.find("\r\n\r\n");
  if (end == received.npos) return received.empty() ? answer::none : answer::partial;
  const auto head = received.substr(0, end + 2);
  const auto body = received.substr(end + 4);
  const auto status = head.size() > 12 ? head.substr(9, 3) : head;
  if (status.starts_with('1')) return body.empty() ? answer::partial : progress_of_http(body, closed);
  if (status == "204" || status == "304") return answer::complete;
  const auto coding = field(head, "transfer-encoding");
  if (coding && coding->find("chunked") != coding->npos)
    return ends_with_the_last_chunk(body) ? answer::complete : answer::partial;
  const auto length = field(head, "content-length");
  if (!length) return closed ? answer::complete : answer::partial;
  std::size_t size = 0;
  const bool number = std::from_chars(length->data(), length->data() + length->size(), size).ec == std::errc();
  return number && body.size() >= size ? answer::complete : answer::partial;
}

}  // namespace

dialogue dialogue_for(std::string protocol, const std::string& port, const std::string& host, const std::string& path,
                      bool after_starttls) {
  if (protocol == "auto") protocol = protocol_of(port);
  const bool greeted = !after_starttls;
  if (protocol == "http") return http(port == "443" ? host : host + ":" + port, path);
  if (protocol == "smtp") return lines(greeted, "NOOP", "QUIT");
  if (protocol == "imap") return lines(greeted, "a NOOP", "a LOGOUT");
  if (protocol == "pop3") return lines(greeted, "CAPA", "QUIT");
  if (protocol == "ftp") return lines(greeted, "NOOP", "QUIT");
  return {};
}

answer progress_of(const dialogue& in, std::string_view received, bool closed) {
  if (!in.known) return answer::not_asked;
  if (in.is_http) return progress_of_http(received, closed);
  if (received.empty()) return answer::none;
  return received.ends_with("\r\n") ? answer::complete : answer::partial;
}

}  // namespace tool
