// SCHANNIX_UPDATE_KEYS, our own control token: a KeyUpdate when the program wants one, with OpenSSL at the other end.
#include <gtest/gtest.h>

#include <schannix_ext.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

status ask_for_update(party& of) {
  DWORD value = SCHANNIX_UPDATE_KEYS;
  buffer_list list{buffer(SECBUFFER_TOKEN, &value, sizeof value)};
  return ApplyControlToken(&of.handle(), list.get());
}

struct established {
  credential from;
  openssl_peer peer;
  party us{from};

  explicit established(tls version) : from({.version = version}), peer(peer_for(role::client, version)) {
    while (!us.established() || !peer.established()) {
      peer.give(us.take());
      us.give(peer.take());
    }
  }
};

TEST(UpdateKeys, ThePeerReadsUnderTheNewKeys) {
  established pair(tls::v1_3);
  auto& [from, peer, us] = pair;
  for (const std::string text : {"first", "second", "third"}) {
    EXPECT_EQ(ask_for_update(us), SEC_E_OK);
    EXPECT_EQ(us.step(""), SEC_E_OK);
    const std::string update = us.take();
    EXPECT_FALSE(update.empty());
    peer.give(update + us.sealed(text));
  }
  EXPECT_EQ(peer.received(), "firstsecondthird");
  EXPECT_FALSE(peer.failed());
  EXPECT_EQ(us.step(""), SEC_E_OK);
  EXPECT_EQ(us.take(), "") << "asked for once, it is made once";
}

TEST(UpdateKeys, HasNoEffectAfterOurClose) {
  established pair(tls::v1_3);
  EXPECT_EQ(pair.us.shut(), SEC_E_OK);
  pair.us.take();
  EXPECT_EQ(ask_for_update(pair.us), SEC_E_OK);
  EXPECT_EQ(pair.us.step(""), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(pair.us.take(), "");
}

TEST(UpdateKeys, IsRefusedWhereThereIsNone) {
  established old(tls::v1_2);
  EXPECT_EQ(ask_for_update(old.us), SEC_E_UNSUPPORTED_FUNCTION);
  const credential from({.version = tls::v1_3});
  party early(from);
  early.start();
  EXPECT_EQ(ask_for_update(early), SEC_E_UNSUPPORTED_FUNCTION);
}

}  // namespace
}  // namespace schannix::test::sspi
