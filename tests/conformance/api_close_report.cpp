// The close report of the C++ API: what it tells beyond the outcome, and that docs/closing says the same.
#include <fstream>
#include <iterator>
#include <set>

#include "api_support.hpp"

namespace api_test {
namespace {

using schannix::closer;
using schannix::transport_end;

class ApiCloseReport : public testing::TestWithParam<tls_version> {};
INSTANTIATE_TEST_SUITE_P(Versions, ApiCloseReport, both_versions(), version_suffix);

TEST_P(ApiCloseReport, CountsRecordsBehindTheCloseInAnyPortions) {
  auto [client, server] = established(GetParam());
  server.tls.close_write();
  auto bytes = server.tls.take_output();
  const auto record = bytes_of(std::string_view("\x17\x03\x03\x00\x02hi", 7));
  for (int i = 0; i < 3; ++i) bytes.insert(bytes.end(), record.begin(), record.end());
  for (const auto each : bytes) {
    client.tls.feed({&each, 1});
    client.drain();
  }
  EXPECT_EQ(client.tls.report().bytes_after_close, 3 * record.size());
  EXPECT_EQ(client.tls.report().records_after_close, 3U);
}

TEST_P(ApiCloseReport, TellsWhetherTheSessionCanBeResumed) {
  auto clean = established(GetParam());
  clean.client.tls.close_write();
  talk(clean.client, clean.server);
  EXPECT_TRUE(clean.client.tls.report().resumable);
  auto failed = established(GetParam());
  failed.server.tls.abort(schannix::alert::internal_error);
  talk(failed.client, failed.server);
  EXPECT_FALSE(failed.client.tls.report().resumable);
  EXPECT_FALSE(failed.server.tls.report().resumable);
}

TEST_P(ApiCloseReport, ACloseNotifyInsideTheHandshakeProvesNothing) {
  pair both(GetParam());
  both.client.tls.feed(bytes_of(std::string_view("\x15\x03\x03\x00\x02\x01\x00", 7)));
  both.client.drain();
  const auto report = both.client.tls.report();
  EXPECT_EQ(report.outcome, close_outcome::not_established);
  EXPECT_EQ(report.first, closer::peer);
  EXPECT_FALSE(report.close_received);
  EXPECT_FALSE(report.complete());
}

TEST(ApiBytesAfter, CountARecordWhenItBegins) {
  schannix::detail::bytes_after counted;
  EXPECT_EQ(counted.records(), 0U);
  counted.add(bytes_of("\x17"));
  EXPECT_EQ(counted.records(), 1U);
  counted.add(bytes_of(std::string_view("\x03\x03\x00\x00\x15", 5)));  // an empty one, and the next
  EXPECT_EQ(counted.records(), 2U);
  counted.add(bytes_of(std::string_view("\x03\x03\xFF\xFF", 4)));
  counted.add(std::vector<std::byte>(0xFFFF));
  EXPECT_EQ(counted.records(), 2U);
  counted.add(bytes_of("x"));
  EXPECT_EQ(counted.records(), 3U);
  EXPECT_EQ(counted.bytes(), 11U + 0xFFFFU);
}

// ---- docs/closing: a page for each id, with the words of the library ----

std::string page(const std::string& name) {
  std::ifstream file(SCHANNIX_SOURCE_DIR "/docs/closing/" + name, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::vector<schannix::explanation> verdicts() {
  auto all = schannix::all_explanations();
  std::erase_if(all, [](const auto& one) { return one.kind != schannix::code_kind::verdict; });
  return all;
}

schannix::close_report ended(close_outcome outcome, closer first = closer::us, bool received = false) {
  schannix::close_report made;
  made.outcome = outcome;
  made.first = first;
  made.close_received = received;
  made.established = outcome != close_outcome::not_established;
  return made;
}

// Every sentence there is; of those with a reason, one with each kind of reason.
std::vector<schannix::close_report> all_reports() {
  auto altered = ended(close_outcome::fatal_alert), told = ended(close_outcome::fatal_alert);
  altered.error = schannix::status_code(static_cast<std::uint32_t>(SEC_E_MESSAGE_ALTERED));
  altered.alert_sent = schannix::alert::bad_record_mac;
  told.alert_received = schannix::alert::internal_error;
  auto untrusted = ended(close_outcome::not_established, closer::nobody);
  untrusted.error = schannix::status_code(static_cast<std::uint32_t>(SEC_E_UNTRUSTED_ROOT));
  untrusted.alert_sent = schannix::alert::unknown_ca;
  auto aborted = ended(close_outcome::aborted);
  aborted.alert_sent = schannix::alert::internal_error;
  return {ended(close_outcome::open),
          ended(close_outcome::clean),
          ended(close_outcome::clean, closer::peer),
          ended(close_outcome::clean_without_reply, closer::us),
          ended(close_outcome::clean_without_reply, closer::peer, true),
          ended(close_outcome::truncated),
          ended(close_outcome::reset),
          ended(close_outcome::timed_out),
          altered,
          told,
          untrusted,
          ended(close_outcome::not_established, closer::nobody),
          aborted};
}

TEST(ApiVerdictPages, HaveTheTitleAndTheSentencesOfTheLibrary) {
  std::set<std::string> ids;
  for (const auto& report : all_reports()) {
    ids.insert(report.id());
    const std::string text = page(report.id() + ".md");
    EXPECT_TRUE(text.starts_with("# " + report.id() + " (`" + outcome_name(report.outcome) + "`) ")) << report.id();
    EXPECT_NE(text.find("> " + report.sentence() + ' '), std::string::npos) << report.sentence();
  }
  EXPECT_EQ(ids.size(), verdicts().size()) << "each id has a page, an entry in the catalogue, and a sentence";
}

TEST(ApiVerdictPages, SayWhatTheCatalogueSays) {
  const std::string index = page("README.md");
  for (const auto& one : verdicts()) {
    const std::string name(one.name), text = page(name + ".md");
    EXPECT_NE(text.find("In short: " + std::string(one.meaning) + "."), std::string::npos) << name;
    EXPECT_NE(text.find(one.causes), std::string::npos) << name;
    EXPECT_NE(text.find(one.next_step), std::string::npos) << name;
    EXPECT_NE(index.find("[" + name + "](" + name + ".md)"), std::string::npos) << name;
    EXPECT_NE(index.find(one.meaning), std::string::npos) << name;
  }
}

TEST(ApiVerdictPages, IdsAreUniqueAndNumbered) {
  std::uint32_t next = 0;
  for (const auto& one : verdicts()) {
    EXPECT_EQ(one.code, next);
    EXPECT_EQ(one.name, "CLOSE-00" + std::to_string(next++));
  }
  EXPECT_EQ(next, 10U);
}

TEST(ApiVerdictPages, TheIndexLinksTheTable) {
  EXPECT_NE(page("README.md").find("(../design/close-state.md)"), std::string::npos);
  EXPECT_NE(page("../design/close-state.md").find("stateDiagram-v2"), std::string::npos);
}

}  // namespace
}  // namespace api_test
