// The certificates that a PKCS #7 SignedData carries. RFC 2315 §9.1
#include <openssl/cms.h>

#include <climits>

#include "engine/environment.hpp"
#include "engine/x509.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {
using held_cms = held<CMS_ContentInfo, CMS_ContentInfo_free>;
}

base::result<std::vector<certificate>> read_pkcs7(const environment& env, base::bytes_view der) {
  const quiet_errors quiet;
  const base::failure malformed = base::caller_mistake(base::reason::malformed_object);
  if (der.empty() || der.size() > INT_MAX) return malformed;
  CMS_ContentInfo* parsed = or_throw(CMS_ContentInfo_new_ex(env.library(), nullptr));
  const unsigned char* at = der.data();
  d2i_CMS_ContentInfo(&parsed, &at, static_cast<long>(der.size()));
  const held_cms message(parsed);  // null when the parser failed and has released it
  if (!message || at != der.data() + der.size()) return malformed;
  if (OBJ_obj2nid(CMS_get0_type(message.get())) != NID_pkcs7_signed) return malformed;
  const held_certificates all(CMS_get1_certs(message.get()));
  std::vector<certificate> out;
  for (int i = 0; i < sk_X509_num(all.get()); ++i) {
    const base::bytes one = encoded(i2d_X509, sk_X509_value(all.get(), i));  // into our library context
    SCHANNIX_TRY(certificate parsed_anew, certificate::parse(env, one));
    out.push_back(std::move(parsed_anew));
  }
  return out;
}

}  // namespace schannix::engine
