#include "serve_close.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace tool {

namespace {

struct known_mode {
  std::string_view name;
  close_mode mode;
  unsigned least = 0, most = 0;  // of the number behind it; 0, 0: there is none
};

constexpr std::array modes = {
    known_mode{"clean", close_mode::clean},
    known_mode{"no-wait", close_mode::no_wait},
    known_mode{"fin-only", close_mode::fin_only},
    known_mode{"rst", close_mode::rst},
    known_mode{"silent", close_mode::silent},
    known_mode{"half", close_mode::half},
    known_mode{"notify-then-data", close_mode::notify_then_data},
    known_mode{"mid-record", close_mode::mid_record},
    known_mode{"fatal", close_mode::fatal, 1, 255},
    known_mode{"delay", close_mode::delay, 1, 3600000},
};

[[noreturn]] void fail(const std::string& text, const std::string& why) {
  throw std::invalid_argument("--close=" + text + ": " + why);
}

unsigned number_for(const known_mode& known, const std::string& text, std::string_view digits) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!whole || value < known.least || value > known.most)
    fail(text, std::string(known.name) + "= takes a number from " + std::to_string(known.least) + " to " +
                   std::to_string(known.most));
  return value;
}

}  // namespace

close_plan parse_close(const std::string& text) {
  const std::string_view whole = text;
  const auto equals = whole.find('=');
  const auto found =
      std::find_if(modes.begin(), modes.end(), [&](const auto& each) { return each.name == whole.substr(0, equals); });
  if (found == modes.end())
    fail(text,
         "the modes are clean, no-wait, fin-only, rst, silent, half, notify-then-data, mid-record, fatal=N and "
         "delay=MS");
  const bool takes_number = found->most != 0;
  if (!takes_number && equals != whole.npos) fail(text, std::string(found->name) + " takes no number");
  if (!takes_number) return {found->mode};
  return {found->mode, number_for(*found, text, equals == whole.npos ? "" : whole.substr(equals + 1))};
}

}  // namespace tool
