#include "context/target.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace schannix::context {
namespace {

bool is_ip_literal(const std::string& name) {
  unsigned char address[sizeof(in6_addr)];
  return inet_pton(AF_INET, name.c_str(), address) == 1 || inet_pton(AF_INET6, name.c_str(), address) == 1;
}

// ASCII letters, digits, hyphen, underscore and dots, at most 253 of them. Other scripts come as punycode.
bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  });
}

}  // namespace

target parse_target(std::string_view name) {
  if (name.size() >= 2 && name.front() == '[' && name.back() == ']') name = name.substr(1, name.size() - 2);
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  target parsed;
  parsed.verified_name = name;
  if (!is_ip_literal(parsed.verified_name) && is_host_name(name)) parsed.server_name = name;
  return parsed;
}

}  // namespace schannix::context
