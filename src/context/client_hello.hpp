// A client's first flight, looked at before anything is made of it: whom the client wants, and its extensions. Views
// point into what was given. OpenSSL reads the same bytes once more, and decides; what it takes is no less here.
#pragma once

#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "record/framing.hpp"

namespace schannix::context {

struct hello_extension {
  std::uint16_t type;
  base::bytes_view body;
};

// In the order of the message; each type once. RFC 8446 §4.1.2, §4.2
using hello_extensions = std::vector<hello_extension>;

enum class hello_framing : std::uint8_t { in_a_record, bare };

// incomplete: how many bytes lack at least. malformed: no ClientHello, one longer than 64 KiB, or one that goes on in a
// second record, of which nothing could be pointed at. What follows the message is not looked at. Throws
// std::bad_alloc.
std::variant<hello_extensions, record::incomplete, record::malformed> look_at_hello(base::bytes_view input,
                                                                                    hello_framing framing);

// The host name of a server_name extension; empty: there is none, or it is none. RFC 6066 §3
base::bytes_view host_name_of(const hello_extensions& extensions);

}  // namespace schannix::context
