#include "engine/key_log.hpp"

#include "base/secret.hpp"

namespace schannix::engine {
namespace {

constexpr struct {
  std::string_view logged;
  std::string_view label;
} names[] = {{"CLIENT_HANDSHAKE_TRAFFIC_SECRET", "c hs traffic"},
             {"SERVER_HANDSHAKE_TRAFFIC_SECRET", "s hs traffic"},
             {"CLIENT_TRAFFIC_SECRET_0", "c ap traffic"},
             {"SERVER_TRAFFIC_SECRET_0", "s ap traffic"},
             {"EXPORTER_SECRET", "exp master"},
             {"CLIENT_RANDOM", "master secret"}};

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool from_hex(std::string_view text, base::traffic_secret& into) {
  const base::bytes_span room = into.resize(text.size() / 2);
  if (text.size() % 2 != 0 || room.size() != text.size() / 2) return false;
  for (std::size_t i = 0; i < room.size(); ++i) {
    const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    room[i] = static_cast<base::byte>(high << 4 | low);
  }
  return true;
}

}  // namespace

void read_key_log_line(const char* line, derivation_observer& observer) noexcept {
  const std::string_view text(line);
  const std::size_t name_end = text.find(' '), value_start = text.rfind(' ');
  if (name_end == std::string_view::npos) return;
  for (const auto& [logged, label] : names) {
    if (text.substr(0, name_end) != logged) continue;
    base::traffic_secret value;
    if (from_hex(text.substr(value_start + 1), value)) observer.derived(label, value.view());
  }
}

}  // namespace schannix::engine
