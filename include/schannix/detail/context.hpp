// context.hpp: the SSPI calls of one connection, with their buffers put together; no state beyond the handle.
// The rules that it relies on (buffers, who sends what when) are Microsoft's pages of the calls named in the comments.
#pragma once

#include <schannel.h>
#include <schannix_base.h>
#include <sspi.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "schannix/alert.hpp"
#include "schannix/credential.hpp"
#include "schannix/detail/byte_queue.hpp"

namespace schannix {
inline namespace v0 {
namespace detail {

struct stream_sizes {
  std::size_t header = 0, trailer = 0, maximum = 0;
};

struct step_result {
  SECURITY_STATUS status = 0;
  std::size_t left = 0;  // bytes at the end of the input that were not consumed
};

struct open_result {
  SECURITY_STATUS status = 0;
  std::size_t left = 0;
  std::span<const std::byte> data;  // inside the input
};

class context {
 public:
  context(const credential& who, const std::string& server_name, const std::vector<std::string>& alpn,
          ULONG more_flags);
  explicit context(std::span<const std::byte> exported);  // ImportSecurityContext: of no credential
  context(context&& other) noexcept
      : who_(std::move(other.who_)),
        side_(other.side_),
        server_name_(std::move(other.server_name_)),
        alpn_(std::move(other.alpn_)),
        request_flags_(other.request_flags_),
        handle_(other.handle_),
        exists_(std::exchange(other.exists_, false)) {}
  context& operator=(context&& other) noexcept;
  ~context() { drop(); }

  bool exists() const noexcept { return exists_; }
  bool is_client() const noexcept { return side_ == role::client; }

  step_result step(std::span<std::byte> input,
                   byte_queue& output);          // InitializeSecurityContext / AcceptSecurityContext
  open_result open(std::span<std::byte> input);  // DecryptMessage
  SECURITY_STATUS seal(std::span<const std::byte> data, const stream_sizes& sizes, byte_queue& output);
  SECURITY_STATUS update_keys(byte_queue& output);
  SECURITY_STATUS send_ticket(byte_queue& output);
  SECURITY_STATUS shutdown(byte_queue& output);
  void go_on_with(const credential& another) { who_ = another; }  // after SEC_I_INCOMPLETE_CREDENTIALS
  std::vector<std::vector<std::byte>> issuers() const;            // that the server named, DER
  SECURITY_STATUS send_alert(alert what, bool fatal, byte_queue& output);
  stream_sizes sizes() const;
  std::vector<std::byte> export_state();  // ExportSecurityContext: nothing is left here; throws when that cannot be
  SECURITY_STATUS query(ULONG attribute, void* into) const {
    return QueryContextAttributesW(handle(), attribute, into);
  }

 private:
  PCtxtHandle handle() const noexcept { return exists_ ? &handle_ : nullptr; }
  SECURITY_STATUS call(SecBufferDesc* input, SecBufferDesc* output);
  SECURITY_STATUS control(void* token, std::size_t size, byte_queue& output);
  void drop() noexcept;

  std::optional<credential> who_;
  role side_;
  std::string server_name_;
  std::vector<std::byte> alpn_;  // a SEC_APPLICATION_PROTOCOLS, or empty
  ULONG request_flags_ = 0;
  mutable CtxtHandle handle_{};
  bool exists_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace schannix

#include "schannix/detail/context.ipp"
