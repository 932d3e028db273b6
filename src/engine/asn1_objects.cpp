#include "engine/asn1_objects.hpp"

#include <algorithm>

#include "engine/asn1_reading.hpp"
#include "engine/environment.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

void must(int outcome) {
  if (outcome <= 0) throw std::bad_alloc();
}

held<ASN1_OBJECT, ASN1_OBJECT_free> object_of(const std::string& dotted_text) {
  return held<ASN1_OBJECT, ASN1_OBJECT_free>(OBJ_txt2obj(dotted_text.c_str(), 1));
}

std::string utf8_of(const ASN1_STRING* string) {
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, string);
  const held_memory owner(text);
  return size > 0 ? std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)) : std::string();
}

std::string characters_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

held<ASN1_BIT_STRING, ASN1_BIT_STRING_free> bits_of(const bit_string& from) {
  held<ASN1_BIT_STRING, ASN1_BIT_STRING_free> made(or_throw(ASN1_BIT_STRING_new()));
  must(ASN1_STRING_set(made.get(), from.bytes.data(), static_cast<int>(from.bytes.size())));
  made->flags &= ~7L;
  made->flags |= ASN1_STRING_FLAG_BITS_LEFT | static_cast<long>(from.unused & 7);
  return made;
}

// ---- general names ----

general_name name_of_entry(const GENERAL_NAME* from) {
  using kind = general_name::kind;
  int type = 0;
  const void* const value = GENERAL_NAME_get0_value(from, &type);
  const auto* const string = static_cast<const ASN1_STRING*>(value);
  switch (type) {
    case GEN_OTHERNAME: {
      const auto* const other = static_cast<const OTHERNAME*>(value);
      return {kind::other, dotted(other->type_id), encoded(i2d_ASN1_TYPE, other->value)};
    }
    case GEN_EMAIL:
      return {kind::email, characters_of(string), {}};
    case GEN_DNS:
      return {kind::dns, characters_of(string), {}};
    case GEN_URI:
      return {kind::uri, characters_of(string), {}};
    case GEN_DIRNAME:
      return {kind::directory, {}, encoded(i2d_X509_NAME, static_cast<const X509_NAME*>(value))};
    case GEN_IPADD:
      return {kind::address, {}, content_of(string)};
    case GEN_RID:
      return {kind::registered, dotted(static_cast<const ASN1_OBJECT*>(value)), {}};
    default:
      return {type == GEN_X400 ? kind::x400 : kind::edi_party, {}, encoded(i2d_GENERAL_NAME, from)};
  }
}

bool set_string(GENERAL_NAME* into, int type, int kind, base::bytes_view value) {
  held<ASN1_STRING, ASN1_STRING_free> made(or_throw(ASN1_STRING_type_new(kind)));
  must(ASN1_STRING_set(made.get(), value.data(), static_cast<int>(value.size())));
  GENERAL_NAME_set0_value(into, type, made.release());
  return true;
}

base::bytes_view bytes_in(const std::string& text) {
  return {reinterpret_cast<const base::byte*>(text.data()), text.size()};
}

bool set_text(GENERAL_NAME* into, int type, const std::string& text) {
  const bool ascii = std::ranges::all_of(text, [](char one) { return one > 0; });  // IA5String; no NUL
  return ascii && set_string(into, type, V_ASN1_IA5STRING, bytes_in(text));
}

bool set_other(GENERAL_NAME* into, const general_name& from) {
  auto type = object_of(from.text);
  held<ASN1_TYPE, ASN1_TYPE_free> value = read_whole<ASN1_TYPE, ASN1_TYPE_free>(d2i_ASN1_TYPE, from.value);
  if (!type || !value) return false;
  must(GENERAL_NAME_set0_othername(into, type.release(), value.release()));
  return true;
}

bool set(GENERAL_NAME* into, const general_name& from) {
  using kind = general_name::kind;
  switch (from.what) {
    case kind::other:
      return set_other(into, from);
    case kind::email:
      return set_text(into, GEN_EMAIL, from.text);
    case kind::dns:
      return set_text(into, GEN_DNS, from.text);
    case kind::uri:
      return set_text(into, GEN_URI, from.text);
    case kind::address:
      return set_string(into, GEN_IPADD, V_ASN1_OCTET_STRING, from.value);
    case kind::directory: {
      auto name = read_whole<X509_NAME, X509_NAME_free>(d2i_X509_NAME, from.value);
      if (!name) return false;
      GENERAL_NAME_set0_value(into, GEN_DIRNAME, name.release());
      return true;
    }
    case kind::registered: {
      auto id = object_of(from.text);
      if (!id) return false;
      GENERAL_NAME_set0_value(into, GEN_RID, id.release());
      return true;
    }
    case kind::x400:
    case kind::edi_party:
      break;
  }
  return false;
}

}  // namespace

base::result<std::vector<name_value>> read_name_values(base::bytes_view der) {
  const quiet_errors quiet;
  const auto name = read_whole<X509_NAME, X509_NAME_free>(d2i_X509_NAME, der);
  if (!name) return malformed_value();
  std::vector<name_value> out;
  for (int i = 0; i < X509_NAME_entry_count(name.get()); ++i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name.get(), i);
    const ASN1_STRING* const value = X509_NAME_ENTRY_get_data(entry);
    out.push_back({dotted(X509_NAME_ENTRY_get_object(entry)), ASN1_STRING_type(value), content_of(value),
                   utf8_of(value), X509_NAME_ENTRY_set(entry)});
  }
  return out;
}

namespace {

// As Windows chooses: PrintableString where it can show the text, IA5String where the attribute wants it, else
// UTF8String.
int tag_for(const name_value& value) {
  const auto printable = [](char one) {
    return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') ||
           std::string_view(" '()+,-./:=?").find(one) != std::string_view::npos;
  };
  if (value.oid == "1.2.840.113549.1.9.1" || value.oid == "0.9.2342.19200300.100.1.25") return V_ASN1_IA5STRING;
  return std::ranges::all_of(value.text, printable) ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING;
}

}  // namespace

base::result<base::bytes> write_name(const std::vector<name_value>& values) {
  const quiet_errors quiet;
  const held<X509_NAME, X509_NAME_free> name(or_throw(X509_NAME_new()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const name_value& one = values[i];
    const auto type = object_of(one.oid);
    const int joins = i > 0 && values[i - 1].rdn == one.rdn ? -1 : 0;
    const auto value = one.tag == 0 ? bytes_in(one.text) : base::bytes_view(one.value);
    const int tag = one.tag == 0 ? tag_for(one) : one.tag;
    if (!type || X509_NAME_add_entry_by_OBJ(name.get(), type.get(), tag, value.data(), static_cast<int>(value.size()),
                                            -1, joins) != 1)
      return bad_value();
  }
  return written(encoded(i2d_X509_NAME, name.get()));
}

base::result<std::vector<general_name>> read_general_names(base::bytes_view der) {
  const quiet_errors quiet;
  const auto names = read_whole<GENERAL_NAMES, GENERAL_NAMES_free>(d2i_GENERAL_NAMES, der);
  if (!names) return malformed_value();
  const int count = sk_GENERAL_NAME_num(names.get());
  std::vector<general_name> out;
  out.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) out.push_back(name_of_entry(sk_GENERAL_NAME_value(names.get(), i)));
  return out;
}

base::result<base::bytes> write_general_names(const std::vector<general_name>& from) {
  const quiet_errors quiet;
  const held_general_names names(or_throw(GENERAL_NAMES_new()));
  for (const general_name& one : from) {
    held_general_name made(or_throw(GENERAL_NAME_new()));
    if (!set(made.get(), one)) return bad_value();
    must(sk_GENERAL_NAME_push(names.get(), made.get()));
    static_cast<void>(made.release());  // the list owns it now
  }
  return written(encoded(i2d_GENERAL_NAMES, names.get()));
}

base::result<basic_constraints> read_basic_constraints(base::bytes_view der) {
  const quiet_errors quiet;
  const auto read = read_whole<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>(d2i_BASIC_CONSTRAINTS, der);
  if (!read) return malformed_value();
  basic_constraints out{read->ca != 0, std::nullopt};
  std::uint64_t length = 0;
  if (!read->pathlen) return out;
  if (ASN1_INTEGER_get_uint64(&length, read->pathlen) != 1 || length > UINT32_MAX) return malformed_value();
  out.path_length = static_cast<std::uint32_t>(length);
  return out;
}

base::result<base::bytes> write_basic_constraints(const basic_constraints& from) {
  const quiet_errors quiet;
  const held<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> made(or_throw(BASIC_CONSTRAINTS_new()));
  made->ca = from.authority ? 0xFF : 0;
  if (from.path_length) {
    made->pathlen = or_throw(ASN1_INTEGER_new());
    must(ASN1_INTEGER_set_uint64(made->pathlen, *from.path_length));
  }
  return written(encoded(i2d_BASIC_CONSTRAINTS, made.get()));
}

base::result<std::vector<std::string>> read_purposes(base::bytes_view der) {
  const quiet_errors quiet;
  const auto read = read_whole<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>(d2i_EXTENDED_KEY_USAGE, der);
  if (!read) return malformed_value();
  const int count = sk_ASN1_OBJECT_num(read.get());
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) out.push_back(dotted(sk_ASN1_OBJECT_value(read.get(), i)));
  return out;
}

base::result<base::bytes> write_purposes(const std::vector<std::string>& from) {
  const quiet_errors quiet;
  const held_extended_usage made(or_throw(EXTENDED_KEY_USAGE_new()));
  for (const std::string& one : from) {
    auto purpose = object_of(one);
    if (!purpose) return bad_value();
    must(sk_ASN1_OBJECT_push(made.get(), purpose.get()));
    static_cast<void>(purpose.release());  // the list owns it now
  }
  return written(encoded(i2d_EXTENDED_KEY_USAGE, made.get()));
}

base::result<bit_string> read_bits(base::bytes_view der) {
  const quiet_errors quiet;
  const auto read = read_whole<ASN1_BIT_STRING, ASN1_BIT_STRING_free>(d2i_ASN1_BIT_STRING, der);
  if (!read) return malformed_value();
  return bit_string{content_of(read.get()), unused_bits(read.get())};
}

base::result<base::bytes> write_bits(const bit_string& from, bool named) {
  const quiet_errors quiet;
  if (from.unused > 7 || (from.bytes.empty() && from.unused != 0)) return bad_value();
  const auto made = bits_of(from);
  if (named) made->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 7L);  // OpenSSL then leaves out the zeros
  return written(encoded(i2d_ASN1_BIT_STRING, made.get()));
}

base::result<base::bytes> read_octets(base::bytes_view der) {
  const quiet_errors quiet;
  const auto read = read_whole<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>(d2i_ASN1_OCTET_STRING, der);
  if (!read) return malformed_value();
  return content_of(read.get());
}

base::result<base::bytes> write_octets(base::bytes_view from) {
  const quiet_errors quiet;
  const held<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> made(or_throw(ASN1_OCTET_STRING_new()));
  must(ASN1_OCTET_STRING_set(made.get(), from.data(), static_cast<int>(from.size())));
  return written(encoded(i2d_ASN1_OCTET_STRING, made.get()));
}

base::result<base::bytes> read_integer(base::bytes_view der) {
  const quiet_errors quiet;
  const auto read = read_whole<ASN1_INTEGER, ASN1_INTEGER_free>(d2i_ASN1_INTEGER, der);
  if (!read) return malformed_value();
  return integer_content(read.get());
}

base::result<base::bytes> write_integer(base::bytes_view content) {
  const quiet_errors quiet;
  base::bytes_view given = content;
  if (given.empty()) return bad_value();
  const bool negative = given[0] >= 0x80;
  base::bytes magnitude(given.begin(), given.end());
  if (negative) {  // two's complement
    for (base::byte& one : magnitude) one = static_cast<base::byte>(~one);
    bool carry = true;
    for (std::size_t i = magnitude.size(); carry && i > 0; --i) carry = ++magnitude[i - 1] == 0;
  }
  const held_bignum number(or_throw(BN_bin2bn(magnitude.data(), static_cast<int>(magnitude.size()), nullptr)));
  BN_set_negative(number.get(), negative ? 1 : 0);
  const held<ASN1_INTEGER, ASN1_INTEGER_free> made(or_throw(BN_to_ASN1_INTEGER(number.get(), nullptr)));
  return written(encoded(i2d_ASN1_INTEGER, made.get()));
}

base::result<std::string> read_object_identifier(base::bytes_view der) {
  const quiet_errors quiet;
  const auto read = read_whole<ASN1_OBJECT, ASN1_OBJECT_free>(d2i_ASN1_OBJECT, der);
  if (!read) return malformed_value();
  return dotted(read.get());
}

base::result<base::bytes> write_object_identifier(const std::string& text) {
  const quiet_errors quiet;
  const auto made = object_of(text);
  if (!made) return bad_value();
  return written(encoded(i2d_ASN1_OBJECT, made.get()));
}

base::result<std::vector<extension_value>> read_extension_list(base::bytes_view der) {
  const quiet_errors quiet;
  const auto read = read_whole<X509_EXTENSIONS, free_extensions>(d2i_X509_EXTENSIONS, der);
  if (!read) return malformed_value();
  std::vector<extension_value> out;
  read_extensions(out, read.get());
  return out;
}

base::result<base::bytes> write_extension_list(const std::vector<extension_value>& from) {
  const quiet_errors quiet;
  const held<X509_EXTENSIONS, free_extensions> list(or_throw(sk_X509_EXTENSION_new_null()));
  for (const extension_value& one : from) {
    const auto type = object_of(one.oid);
    const held<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> value(or_throw(ASN1_OCTET_STRING_new()));
    must(ASN1_OCTET_STRING_set(value.get(), one.value.data(), static_cast<int>(one.value.size())));
    if (!type) return bad_value();
    held_extension made(or_throw(X509_EXTENSION_create_by_OBJ(nullptr, type.get(), one.critical, value.get())));
    must(sk_X509_EXTENSION_push(list.get(), made.get()));
    static_cast<void>(made.release());  // the list owns it now
  }
  return written(encoded(i2d_X509_EXTENSIONS, list.get()));
}

base::result<public_key_value> read_public_key_info(base::bytes_view der) {
  const quiet_errors quiet;
  const auto read = read_whole<X509_PUBKEY, X509_PUBKEY_free>(d2i_X509_PUBKEY, der);
  X509_ALGOR* algorithm = nullptr;
  const unsigned char* key = nullptr;
  int size = 0;
  if (!read || X509_PUBKEY_get0_param(nullptr, &key, &size, &algorithm, read.get()) != 1) return malformed_value();
  return public_key_value{algorithm_of(algorithm), {base::bytes(key, key + size), 0}};
}

base::result<base::bytes> write_public_key_info(const public_key_value& from) {
  const quiet_errors quiet;
  auto name = object_of(from.algorithm.oid);
  const held<X509_PUBKEY, X509_PUBKEY_free> made(or_throw(X509_PUBKEY_new()));
  auto parameters = read_whole<ASN1_TYPE, ASN1_TYPE_free>(d2i_ASN1_TYPE, from.algorithm.parameters);
  if (!name || from.key.bytes.empty() || from.key.unused != 0 || (!from.algorithm.parameters.empty() && !parameters))
    return bad_value();
  X509_ALGOR* algorithm = nullptr;
  auto* const key = static_cast<unsigned char*>(or_throw(OPENSSL_memdup(from.key.bytes.data(), from.key.bytes.size())));
  must(X509_PUBKEY_set0_param(made.get(), name.release(), V_ASN1_UNDEF, nullptr, key,
                              static_cast<int>(from.key.bytes.size())));
  X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &algorithm, made.get());
  ASN1_TYPE_free(algorithm->parameter);
  algorithm->parameter = parameters.release();
  return written(encoded(i2d_X509_PUBKEY, made.get()));
}

base::result<signed_value> read_signed_certificate(const environment& env, base::bytes_view der) {
  const quiet_errors quiet;
  SCHANNIX_TRY(const certificate parsed, certificate::parse(env, der));
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(&signature, &algorithm, parsed.native());
  return signed_value{encoded(i2d_re_X509_tbs, parsed.native()),
                      algorithm_of(algorithm),
                      {content_of(signature), unused_bits(signature)}};
}

}  // namespace schannix::engine
