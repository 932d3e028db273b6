// Windows' names and numbers for what was negotiated. spec 7.3, B.1
#pragma once

#include <schannel.h>

#include <string_view>

#include "context/connection.hpp"

namespace schannix::abi {

struct cipher_name {
  std::string_view name;  // CNG's
  ALG_ID id;              // 0: CryptoAPI never had one
  DWORD bits;
  DWORD block_bytes;
};
cipher_name name_of(engine::bulk_cipher cipher);

struct digest_name {
  std::string_view name;
  ALG_ID id;
  DWORD bits;
};
digest_name name_of(engine::hash_algorithm hash);

struct exchange_name {
  std::string_view name;
  ALG_ID id;
};
exchange_name name_of(engine::key_exchange exchange);

struct signature_name {
  std::string_view name;
  ALG_ID id;
};
signature_name name_of(engine::authentication kind);

std::string_view name_of(engine::tls_version version);  // "TLS 1.2"

}  // namespace schannix::abi
