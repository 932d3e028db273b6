// Arbitrary bytes as records: what record::look says of them must not depend on how they are cut up, and must agree
// with the header that a reader of RFC 8446 §5.1 sees. Likewise what is counted behind a close_notify.
#include "fuzz.hpp"
#include "record/framing.hpp"
#include "schannix/detail/bytes_after.hpp"

using namespace schannix;

namespace {

using verdict = std::variant<record::header, record::incomplete, record::malformed>;

void check_whole(const record::header& seen, base::bytes_view at, std::size_t most) {
  fuzz::demand(seen.record_size() <= at.size(), "a whole record lies within the input");
  fuzz::demand(seen.length <= most, "a record keeps to the limit");
  fuzz::demand(seen.length == base::load_u16(at.subspan(3)), "its length is that of the header");
  fuzz::demand(at[0] >= 20 && at[0] <= 23 && at[1] == 3, "its type and version are TLS's");
}

// More bytes never change a verdict but that of "incomplete", and that one goes with the first byte that was missing.
void check_prefixes(base::bytes_view at, std::size_t most, const verdict& said) {
  const auto* whole = std::get_if<record::header>(&said);
  for (std::size_t size = 0; size < std::min<std::size_t>(at.size(), 8); ++size) {
    const verdict earlier = record::look(at.first(size), most);
    if (std::holds_alternative<record::malformed>(earlier))
      fuzz::demand(std::holds_alternative<record::malformed>(said), "what is malformed stays malformed");
    if (const auto* part = std::get_if<record::incomplete>(&earlier)) {
      fuzz::demand(part->missing > 0, "something is missing of what is incomplete");
      if (whole) fuzz::demand(size + part->missing <= whole->record_size(), "no more is asked for than the record has");
    } else if (whole) {
      fuzz::demand(size >= whole->record_size(), "a part is not taken for the whole");
    }
  }
}

void walk(base::bytes_view rest, std::size_t most) {
  while (true) {
    const verdict said = record::look(rest, most);
    check_prefixes(rest, most, said);
    const auto* const whole = std::get_if<record::header>(&said);
    if (!whole) return;
    check_whole(*whole, rest, most);
    rest = rest.subspan(whole->record_size());
  }
}

void count_alike(std::string_view garbage, std::size_t portion) {
  const std::span<const std::byte> all = std::as_bytes(std::span(garbage));
  detail::bytes_after at_once, in_portions;
  at_once.add(all);
  for (std::size_t at = 0; at < all.size(); at += portion)
    in_portions.add(all.subspan(at, std::min(portion, all.size() - at)));
  fuzz::demand(at_once.bytes() == all.size() && in_portions.bytes() == all.size(), "every byte is counted once");
  fuzz::demand(at_once.records() == in_portions.records(), "records are counted alike in any portions");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::input from(data, size);
  const std::size_t limits[] = {record::max_clear_length, record::max_tls12_length, record::max_tls13_length};
  const std::size_t most = limits[from.below(3)], portion = 1 + from.below(300);
  const std::string_view bytes = from.rest();
  walk({reinterpret_cast<const base::byte*>(bytes.data()), bytes.size()}, most);
  count_alike(bytes, portion);
  return 0;
}
