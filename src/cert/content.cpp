#include "cert/content.hpp"

#include <cstring>
#include <utility>

#include "base/text.hpp"

namespace schannix::cert {
namespace {

// As Windows keeps it: characters with their NUL.
base::bytes wide_bytes(const std::string& text) {
  const std::wstring wide = base::from_utf8(text);
  const auto* const first = reinterpret_cast<const base::byte*>(wide.c_str());
  return base::bytes(first, first + (wide.size() + 1) * sizeof(wchar_t));
}

}  // namespace

content::content(const engine::identity& of) : leaf_(of.leaf), info_(of.leaf) {
  attached_.key.key = of.key;
  if (!of.friendly_name.empty()) attached_.set[CERT_FRIENDLY_NAME_PROP_ID] = wide_bytes(of.friendly_name);
}

content::content(const content& from) : leaf_(from.leaf_), info_(from.leaf_), attached_(from.now()) {}

content::attached content::now() const {
  const std::lock_guard held(lock_);
  return attached_;
}

key_binding content::key() const {
  const std::lock_guard held(lock_);
  return attached_.key;
}

void content::bind(key_binding to) {
  key_binding before;  // freed without the lock
  const std::lock_guard held(lock_);
  before = std::exchange(attached_.key, std::move(to));
}

bool content::bind_first(key_binding to) {
  const std::lock_guard held(lock_);
  if (attached_.key.handle != 0) return false;
  std::swap(attached_.key, to);  // what was there is freed with the argument, without the lock
  return true;
}

std::optional<base::bytes> content::property(DWORD id) const {
  const std::lock_guard held(lock_);
  const auto found = attached_.set.find(id);
  return found != attached_.set.end() ? std::optional(found->second) : std::nullopt;
}

void content::set_property(DWORD id, std::optional<base::bytes> value) {
  const std::lock_guard held(lock_);
  if (value)
    attached_.set[id] = *std::move(value);
  else
    attached_.set.erase(id);
}

std::vector<DWORD> content::properties() const {
  const std::lock_guard held(lock_);
  std::vector<DWORD> ids;
  ids.reserve(attached_.set.size());
  for (const auto& one : attached_.set) ids.push_back(one.first);
  return ids;
}

void content::inherit(const content& from) {
  attached theirs = from.now();  // one lock at a time
  const std::lock_guard held(lock_);
  if (attached_.key.none()) attached_.key = std::move(theirs.key);
  attached_.set.merge(theirs.set);
}

std::string friendly_name(const content& of) {
  const auto bytes = of.property(CERT_FRIENDLY_NAME_PROP_ID);
  if (!bytes) return {};
  std::wstring wide(bytes->size() / sizeof(wchar_t), L'\0');
  if (!wide.empty()) std::memcpy(wide.data(), bytes->data(), wide.size() * sizeof(wchar_t));
  return base::to_utf8(wide.c_str());  // up to its NUL
}

}  // namespace schannix::cert
