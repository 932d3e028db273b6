// The ASN.1 values that crypt32 decodes and encodes one by one. OpenSSL reads and writes them all; each reader wants
// exactly one value and fails with malformed_object, each writer fails with invalid_parameter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

using algorithm_name = certificate_fields::algorithm;
using extension_value = certificate_fields::extension;

struct bit_string {
  base::bytes bytes;
  unsigned unused = 0;
};

// One attribute of a Name. Attributes of one RDN have one rdn, rising from 0.
struct name_value {
  std::string oid;
  int tag = 0;        // of ASN.1's string types
  base::bytes value;  // as encoded
  std::string text;   // UTF-8
  int rdn = 0;
};
base::result<std::vector<name_value>> read_name_values(base::bytes_view der);
// With tag 0: the text, in the simplest string type that can show it.
base::result<base::bytes> write_name(const std::vector<name_value>& values);

// One GeneralName. RFC 5280 §4.2.1.6
struct general_name {
  enum class kind : std::uint8_t { other, email, dns, x400, directory, edi_party, uri, address, registered };
  kind what = kind::dns;
  std::string text;   // email, dns, uri; of other and registered the dotted object identifier
  base::bytes value;  // directory, x400, edi_party, other: DER; address: its bytes
};
base::result<std::vector<general_name>> read_general_names(base::bytes_view der);
base::result<base::bytes> write_general_names(const std::vector<general_name>& names);  // not x400, edi_party

struct basic_constraints {
  bool authority = false;
  std::optional<std::uint32_t> path_length;
};
base::result<basic_constraints> read_basic_constraints(base::bytes_view der);
base::result<base::bytes> write_basic_constraints(const basic_constraints& from);

base::result<std::vector<std::string>> read_purposes(base::bytes_view der);  // extended key usage, dotted
base::result<base::bytes> write_purposes(const std::vector<std::string>& from);

base::result<bit_string> read_bits(base::bytes_view der);
base::result<base::bytes> write_bits(const bit_string& from,
                                     bool named);  // named: no zero bits at the end. X.680 §22.7

base::result<base::bytes> read_octets(base::bytes_view der);
base::result<base::bytes> write_octets(base::bytes_view from);
base::result<base::bytes> read_integer(base::bytes_view der);  // its content octets, most significant first
base::result<base::bytes> write_integer(base::bytes_view content);
base::result<std::string> read_object_identifier(base::bytes_view der);
base::result<base::bytes> write_object_identifier(const std::string& dotted);

base::result<std::vector<extension_value>> read_extension_list(base::bytes_view der);
base::result<base::bytes> write_extension_list(const std::vector<extension_value>& from);

struct public_key_value {
  algorithm_name algorithm;
  bit_string key;
};
base::result<public_key_value> read_public_key_info(base::bytes_view der);
base::result<base::bytes> write_public_key_info(const public_key_value& from);

struct signed_value {
  base::bytes content;  // DER
  algorithm_name algorithm;
  bit_string signature;
};
base::result<signed_value> read_signed_certificate(const environment& env, base::bytes_view der);

}  // namespace schannix::engine
