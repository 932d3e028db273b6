// Want of memory is told from every other failure of OpenSSL's, and the queue is left empty.
#include "engine/openssl_errors.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

namespace schannix::engine {
namespace {

TEST(openssl_errors, of_memory_are_found_behind_others) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_ASN1, ERR_R_MALLOC_FAILURE);
  ERR_raise(ERR_LIB_SSL, SSL_R_DECRYPTION_FAILED);
  const base::failure why = failed_call(base::caller_mistake(base::reason::unknown_credentials));
  EXPECT_EQ(why.blame, base::cause::resources);
  EXPECT_EQ(why.why, base::reason::out_of_memory);
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(openssl_errors, of_other_kinds_are_what_the_caller_takes_them_for) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_SSL, SSL_R_DECRYPTION_FAILED);
  EXPECT_EQ(failed_call(base::bug()).why, base::reason::internal);
  EXPECT_EQ(ERR_peek_error(), 0u);
  EXPECT_FALSE(memory_ran_out()) << "nothing is left of them";
}

}  // namespace
}  // namespace schannix::engine
