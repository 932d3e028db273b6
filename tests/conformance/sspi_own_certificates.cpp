// Clients without a certificate find one among the user's own, where the program has not forbidden it: Windows' store
// MY, here a folder. spec 3.6, 4.4
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sspi_asked.hpp"

namespace schannix::test::sspi {
namespace {

// A folder of the user's, and SCHANNIX_MY that names it.
class own_folder {
 public:
  own_folder() {
    ::chmod(shop_.path("").c_str(), 0700);
    ::setenv("SCHANNIX_MY", shop_.path("").c_str(), 1);
  }
  ~own_folder() { ::unsetenv("SCHANNIX_MY"); }
  void put(const std::string& name, const std::string& content, mode_t mode = 0600) const {
    shop_.write(name, content);
    ::chmod(path(name).c_str(), mode);
  }
  std::string path(const std::string& name) const { return shop_.path(name); }

 private:
  pki::workshop shop_;
};

std::string file_of(const pki::issued& one, const std::vector<pki::issued>& chain = {}) {
  std::string text = one.pem() + one.key_pem();
  for (const auto& link : chain) text += link.pem();
  return text;
}
std::string red_file() { return file_of(those().of_red, {those().red}); }
std::string blue_file() { return file_of(those().of_blue, {those().blue_lower}); }

const std::string asked_for = "SEC_I_INCOMPLETE_CREDENTIALS";

// What a server that names these issuers is shown unasked; asked_for: the program is asked.
std::string shown(tls version, std::vector<pki::issued> issuers, DWORD flags = manual,
                  const party_options& options = plain) {
  return shown_by(client_with(version, {}, flags), asking_server(version, std::move(issuers)), options);
}

class OwnCertificates : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, OwnCertificates, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(OwnCertificates, OneOfANamedIssuerIsShownUnasked) {
  const own_folder mine;
  mine.put("a.pem", red_file());
  mine.put("b.pem", blue_file());
  EXPECT_EQ(shown(GetParam(), {those().red}), "red client");
  EXPECT_EQ(shown(GetParam(), {those().blue}), "blue client") << "through the authority below it";
  EXPECT_EQ(shown(GetParam(), {those().blue, those().red}), "red client") << "the first file that fits";
  EXPECT_EQ(shown(GetParam(), {test_root()}), asked_for);
}

TEST_P(OwnCertificates, APfxWithoutPasswordIsOne) {
  const own_folder mine;
  mine.put("a.pfx", pki::pkcs12(those().of_red, {those().red}, "", pki::encryption::modern));
  EXPECT_EQ(shown(GetParam(), {those().red}), "red client");
}

TEST_P(OwnCertificates, NobodyIsToldUnnamed) {
  const own_folder mine;
  mine.put("a.pem", red_file());
  EXPECT_EQ(shown(GetParam(), {}), asked_for);
}

TEST_P(OwnCertificates, TheProgramMayForbidIt) {
  const own_folder mine;
  mine.put("a.pem", red_file());
  EXPECT_EQ(shown(GetParam(), {those().red}, no_default), asked_for);
  EXPECT_EQ(shown(GetParam(), {those().red}, manual, {}), "nobody");
  EXPECT_EQ(shown(GetParam(), {those().red}, no_default | SCH_CRED_USE_DEFAULT_CREDS), asked_for);
}

TEST_P(OwnCertificates, ACredentialWithACertificateIsNotHelped) {
  const own_folder mine;
  mine.put("a.pem", red_file());
  const credential from = client_with(GetParam(), {those().blue_context.get()}, manual);
  EXPECT_EQ(shown_by(from, asking_server(GetParam(), {those().red})), asked_for);
}

TEST_P(OwnCertificates, OnlyWhatIdentifiesClientsToday) {
  const auto of_red = [](pki::profile what) { return file_of(pki::issue(what, &those().red)); };
  const own_folder mine;
  mine.put("a.pem", of_red({.common_name = "server", .usage = "serverAuth"}));
  mine.put("b.pem", of_red({.common_name = "old", .from_days = -9, .to_days = -1}));
  mine.put("c.pem", of_red({.common_name = "early", .from_days = 1, .to_days = 9}));
  EXPECT_EQ(shown(GetParam(), {those().red}), asked_for);
  mine.put("d.pem", of_red({.common_name = "client", .usage = "clientAuth"}));
  EXPECT_EQ(shown(GetParam(), {those().red}), "client");
}

TEST_P(OwnCertificates, FilesThatOthersCanReadAreLeftAlone) {
  for (const mode_t mode : std::vector<mode_t>{0640, 0604, 0660, 0622, 0666}) {
    const own_folder mine;
    mine.put("a.pem", red_file(), mode);
    EXPECT_EQ(shown(GetParam(), {those().red}), asked_for) << std::oct << mode;
  }
}

TEST_P(OwnCertificates, AFolderThatOthersCanWriteToIsLeftAlone) {
  const own_folder mine;
  mine.put("a.pem", red_file());
  for (const mode_t mode : std::vector<mode_t>{0770, 0720, 0702, 0777}) {
    ::chmod(mine.path("").c_str(), mode);
    EXPECT_EQ(shown(GetParam(), {those().red}), asked_for) << std::oct << mode;
  }
  ::chmod(mine.path("").c_str(), 0755);
  EXPECT_EQ(shown(GetParam(), {those().red}), "red client");
}

TEST_P(OwnCertificates, AnythingElseInTheFolderIsPassedOver) {
  const own_folder mine;
  mine.put("0.txt", red_file());
  mine.put("1.pem", "no certificate");
  mine.put("2.pem", those().of_red.pem());
  mine.put("3.pem", those().of_red.key_pem());
  mine.put("4.pfx", std::string(4096, '\x30'));
  mine.put("5.pem", "");
  mine.put("6.pem", red_file() + std::string(std::size_t{1} << 20, '\n'));
  mine.put("7.pem", those().of_red.pem() + those().of_red.key_pem("secret"));
  mine.put("8.pfx", pki::pkcs12(those().of_red, {}, "secret", pki::encryption::modern));
  ::mkfifo(mine.path("9.pem").c_str(), 0600);
  const pki::workshop elsewhere;
  elsewhere.write("real", red_file());
  ::chmod(elsewhere.path("real").c_str(), 0600);
  ASSERT_EQ(::symlink(elsewhere.path("real").c_str(), mine.path("a.pem").c_str()), 0);
  EXPECT_EQ(shown(GetParam(), {those().red}), asked_for);
  mine.put("z.pem", red_file());
  EXPECT_EQ(shown(GetParam(), {those().red}), "red client");
}

TEST_P(OwnCertificates, WithoutAFolderTheProgramIsAsked) {
  for (const char* where : {"/nowhere/at/all", "", "/dev/null"}) {
    ::setenv("SCHANNIX_MY", where, 1);
    EXPECT_EQ(shown(GetParam(), {those().red}), asked_for) << where;
    ::unsetenv("SCHANNIX_MY");
  }
}

TEST_P(OwnCertificates, TheUsualPlaceIsInTheHomeFolder) {
  const pki::workshop home;
  const std::string config = home.path(".config"), ours = config + "/schannix", my = ours + "/my";
  for (const std::string& one : {config, ours, my}) ASSERT_EQ(::mkdir(one.c_str(), 0700), 0);
  home.write(".config/schannix/my/a.pem", red_file());
  ::chmod((my + "/a.pem").c_str(), 0600);
  const std::string before = getenv("HOME") != nullptr ? getenv("HOME") : "";
  ::setenv("HOME", home.path("").c_str(), 1);
  EXPECT_EQ(shown(GetParam(), {those().red}), "red client");
  ::setenv("HOME", "/nowhere", 1);
  ::setenv("XDG_CONFIG_HOME", config.c_str(), 1);
  EXPECT_EQ(shown(GetParam(), {those().red}), "red client");
  ::unsetenv("XDG_CONFIG_HOME");
  ::setenv("HOME", before.c_str(), 1);
}

}  // namespace
}  // namespace schannix::test::sspi
