// Files of key containers: what lies beside them, and who was there first.
#include "keyring/container.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "engine/environment.hpp"
#include "engine/key_blobs.hpp"
#include "pki.hpp"

namespace schannix::keyring {
namespace {

const engine::environment& env() {
  static const engine::environment made;
  return made;
}

class containers : public testing::Test {
 protected:
  containers() {
    ::chmod(shop_.path(".").c_str(), 0700);
    ::setenv("SCHANNIX_KEYS", shop_.path(".").c_str(), 1);
  }
  ~containers() override { ::unsetenv("SCHANNIX_KEYS"); }

  base::result<void> save(const std::string& name, existing what = existing::refused) const {
    return keyring::save(owner::user, name, &key_, what);
  }
  std::ptrdiff_t files() const {
    const std::filesystem::directory_iterator all(shop_.path("."));
    return std::distance(begin(all), end(all));
  }

  test::pki::workshop shop_;
  const engine::private_key key_ = *engine::make_key(env(), engine::key_kind::p256, 0);
};

// Processes in containers of their own share folders, and number their threads alike.
TEST_F(containers, another_writers_half_file_is_left_alone) {
  const std::string theirs = ".web.pem." + std::to_string(::gettid());
  shop_.write(theirs, "half a k");
  ASSERT_TRUE(save("web"));
  EXPECT_EQ(shop_.read(theirs), "half a k");
  EXPECT_TRUE(load(env(), owner::user, "web"));
}

TEST_F(containers, nothing_is_left_beside_them) {
  ASSERT_TRUE(save("web"));
  ASSERT_TRUE(save("web", existing::replaced));
  const auto again = save("web");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().why, base::reason::already_there);
  EXPECT_EQ(files(), 1);
}

TEST_F(containers, a_link_is_replaced_and_not_followed) {
  shop_.write("elsewhere", "of somebody");
  ASSERT_EQ(::symlink("elsewhere", shop_.path("web.pem").c_str()), 0);
  EXPECT_EQ(load(env(), owner::user, "web").error().why, base::reason::access_denied);
  EXPECT_EQ(save("web").error().why, base::reason::already_there);
  ASSERT_TRUE(save("web", existing::replaced));
  EXPECT_EQ(shop_.read("elsewhere"), "of somebody");
  EXPECT_TRUE(load(env(), owner::user, "web"));
}

TEST_F(containers, folders_that_others_may_write_to_are_not_used) {
  ASSERT_TRUE(save("web"));
  ::chmod(shop_.path(".").c_str(), 0770);
  EXPECT_EQ(load(env(), owner::user, "web").error().why, base::reason::access_denied);
  EXPECT_EQ(save("other").error().why, base::reason::access_denied);
  errno = ENOENT;  // of before
  EXPECT_EQ(remove(owner::user, "web").error().why, base::reason::access_denied);
  EXPECT_EQ(files(), 1);
}

TEST_F(containers, names_that_would_leave_the_folder) {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("../web"), std::string("a/b"),
        std::string("/etc/web"), std::string("a\0b", 3), std::string("a\nb"), std::string(201, 'a')}) {
    EXPECT_EQ(save(name).error().why, base::reason::invalid_parameter) << name;
    EXPECT_EQ(load(env(), owner::user, name).error().why, base::reason::not_found) << name;
    EXPECT_EQ(remove(owner::user, name).error().why, base::reason::not_found) << name;
  }
  EXPECT_EQ(files(), 0);
  EXPECT_TRUE(save(std::string(200, 'a')));
  EXPECT_TRUE(save("\xC3\xA4 b..\\c"));
}

}  // namespace
}  // namespace schannix::keyring
