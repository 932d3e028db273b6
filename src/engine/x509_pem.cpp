// PEM text (RFC 7468, and OpenSSL's own encrypted form).
#include <openssl/decoder.h>
#include <openssl/pem.h>

#include <algorithm>
#include <climits>
#include <cstring>

#include "engine/environment.hpp"
#include "engine/key_text.hpp"
#include "engine/x509.hpp"
#include "engine/x509_effort.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

base::bytes_view bytes_of(std::string_view text) {
  return {reinterpret_cast<const base::byte*>(text.data()), text.size()};
}

base::failure mistake(base::reason why) { return base::caller_mistake(why); }

// Windows' editors put a byte order mark in front, where OpenSSL expects the first line.
std::string_view without_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

// Text may hold keys, also where certificates are read: OpenSSL is asked for buffers that it wipes.
void free_name(char* text) { OPENSSL_secure_free(text); }
using held_name = held<char, free_name>;

// What lies in between BEGIN and END, decoded.
class held_content {
 public:
  held_content() = default;
  held_content(const held_content&) = delete;
  held_content& operator=(const held_content&) = delete;
  ~held_content() { OPENSSL_secure_clear_free(data, static_cast<std::size_t>(size)); }
  base::bytes_view view() const { return {data, static_cast<std::size_t>(size)}; }

  unsigned char* data = nullptr;
  long size = 0;
};

bool is_certificate(std::string_view label) { return label == PEM_STRING_X509 || label == PEM_STRING_X509_OLD; }

// The next certificate; nothing at the end of the text.
base::result<std::optional<base::bytes>> next_certificate(BIO* input) {
  constexpr unsigned flags = PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE;
  while (true) {
    char* name = nullptr;
    char* header = nullptr;
    held_content content;
    if (PEM_read_bio_ex(input, &name, &header, &content.data, &content.size, flags) != 1) {
      const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      ERR_clear_error();
      return at_end ? base::result<std::optional<base::bytes>>(std::nullopt) : mistake(base::reason::malformed_object);
    }
    const held_name name_owner(name), header_owner(header);
    const base::bytes_view found = content.view();
    if (is_certificate(name)) return std::optional(base::bytes(found.begin(), found.end()));
  }
}

base::result<std::vector<identity>> certificates_of(const environment& env, std::string_view text) {
  const held_bio input = reader_of(bytes_of(text));
  std::vector<identity> out;
  while (true) {
    SCHANNIX_TRY(const std::optional<base::bytes> found, next_certificate(input.get()));
    if (!found) break;
    SCHANNIX_TRY(certificate parsed, certificate::parse(env, *found));
    out.push_back({std::move(parsed), std::nullopt, {}});
  }
  if (out.empty()) return mistake(base::reason::not_found);
  return out;
}

// The blocks whose label ends in PRIVATE KEY, each as text: how one is encoded, OpenSSL finds out.
std::vector<std::string_view> key_blocks(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ", end = "-----END ", dashes = "-----", kind = "PRIVATE KEY";
  std::vector<std::string_view> out;
  while (true) {
    const auto from = text.find(begin);
    if (from == std::string_view::npos) return out;
    text.remove_prefix(from);
    const std::string_view label = text.substr(begin.size(), text.find(dashes, begin.size()) - begin.size());
    const auto closing = text.find(end);
    const bool whole = closing != std::string_view::npos;
    const std::string_view one = whole ? text.substr(0, closing + end.size() + label.size() + dashes.size()) : text;
    if (label.ends_with(kind)) out.push_back(one);
    text.remove_prefix(one.size());
  }
}

bool is_encrypted(std::string_view key) {
  return key.starts_with("-----BEGIN ENCRYPTED") || key.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
}

// OpenSSL asks for the password; without an answer of ours it would ask on the terminal.
int answer_password(char* room, int size, int, void* argument) {
  const auto& password = *static_cast<const std::string_view*>(argument);
  if (password.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(room, password.data(), password.size());
  return static_cast<int>(password.size());
}

// By what it is, not by its label: OpenSSL decrypts what says PRIVATE KEY as well. A key in the clear does not begin
// like an encrypted one, so nothing of it is copied; the older form (Proc-Type) has one round.
std::uint64_t rounds_to_decrypt(const held_content& key) {
  const quiet_errors quiet;
  const unsigned char* at = key.data;
  const held<X509_SIG, X509_SIG_free> shrouded(d2i_X509_SIG(nullptr, &at, key.size));
  if (!shrouded) return 0;
  const X509_ALGOR* encryption = nullptr;
  X509_SIG_get0(shrouded.get(), &encryption, nullptr);
  return rounds_of(encryption);
}

// Null: not a key, or not with this password.
EVP_PKEY* decode(const environment& env, const held_content& content, std::string_view password) {
  EVP_PKEY* key = nullptr;
  const held<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free> decoder(
      OSSL_DECODER_CTX_new_for_pkey(&key, "DER", nullptr, nullptr, EVP_PKEY_KEYPAIR, env.library(), nullptr));
  const unsigned char* at = content.data;
  std::size_t left = content.view().size();
  if (decoder && OSSL_DECODER_CTX_set_pem_password_cb(decoder.get(), answer_password, &password) == 1)
    (void)OSSL_DECODER_from_data(decoder.get(), &at, &left);
  return key;
}

// In two steps, because PEM_read_bio_PrivateKey leaves lines of the text in freed memory.
// rounds: of all keys so far.
base::result<private_key> key_of(const environment& env, std::string_view text, std::string_view password,
                                 std::uint64_t& rounds) {
  const held_bio input = reader_of(bytes_of(text));
  held_content content;
  char* name = nullptr;
  const bool read = PEM_bytes_read_bio_secmem(&content.data, &content.size, &name, PEM_STRING_EVP_PKEY, input.get(),
                                              answer_password, &password) == 1;
  const held_name name_owner(name);
  if (read) rounds += std::min(rounds_to_decrypt(content), most_rounds + 1);
  if (rounds > most_rounds) return mistake(base::reason::malformed_object);
  EVP_PKEY* const key = read ? decode(env, content, password) : nullptr;
  if (!key) return mistake(is_encrypted(text) ? base::reason::wrong_password : base::reason::malformed_object);
  return private_key(share(key));
}

base::result<void> bind(const private_key& key, std::vector<identity>& among) {
  bool found = false;
  for (identity& one : among) {
    if (!key.belongs_to(one.leaf)) continue;
    one.key = key;
    found = true;
  }
  return found ? base::result<void>() : mistake(base::reason::no_credentials);
}

}  // namespace

base::result<std::vector<identity>> read_pem(const environment& env, std::string_view certificates,
                                             std::string_view key, std::string_view password) {
  const own_errors errors;
  if (certificates.size() > INT_MAX || key.size() > INT_MAX) return mistake(base::reason::malformed_object);
  SCHANNIX_TRY(std::vector<identity> out, certificates_of(env, without_mark(certificates)));
  const auto keys = key_blocks(key);
  if (keys.empty() && !key.empty()) return mistake(base::reason::malformed_object);
  std::uint64_t rounds = 0;
  for (const std::string_view one : keys) {
    SCHANNIX_TRY(const private_key parsed, key_of(env, one, password, rounds));
    SCHANNIX_CHECK(bind(parsed, out));
  }
  return out;
}

base::result<private_key> read_private_key(const environment& env, std::string_view pem) {
  const own_errors errors;
  const auto blocks = pem.size() > INT_MAX ? std::vector<std::string_view>() : key_blocks(pem);
  if (blocks.empty()) return mistake(base::reason::malformed_object);
  std::uint64_t rounds = 0;
  return key_of(env, blocks.front(), "", rounds);
}

base::result<base::private_content> to_pem(const private_key& key) {
  const own_errors errors;
  const held_bio output(or_throw(BIO_new(BIO_s_secmem())));
  if (PEM_write_bio_PKCS8PrivateKey(output.get(), key.native(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return mistake(base::reason::not_found);
  char* text = nullptr;
  const long size = BIO_get_mem_data(output.get(), &text);
  return base::private_content(base::bytes(text, text + size));
}

std::string to_pem(const certificate& of) {
  const quiet_errors quiet;
  const held_bio output(or_throw(BIO_new(BIO_s_mem())));
  if (PEM_write_bio_X509(output.get(), of.native()) != 1) throw std::bad_alloc();
  char* text = nullptr;
  const long size = BIO_get_mem_data(output.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace schannix::engine
