// schannix port init: what a CMakeLists.txt or makefile needs to build code for Windows' Schannel here.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "exit_codes.hpp"
#include "options.hpp"

namespace tool {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view for_cmake =
    R"(# Schannel on Linux: Windows' headers (windows.h, sspi.h, schannel.h, ...) and the functions behind them.
# On Windows nothing changes.
if(WIN32)
  target_link_libraries({0} PRIVATE secur32 crypt32 ws2_32)
  target_compile_definitions({0} PRIVATE SECURITY_WIN32)
else()
  find_package(schannix REQUIRED)
  target_link_libraries({0} PRIVATE schannix::win32)
endif()
)";

constexpr std::string_view for_make =
    R"(# Schannel on Linux: Windows' headers (windows.h, sspi.h, schannel.h, ...) and the functions behind them.
# Include this file above the first rule, or copy its lines there. What {0} links may stay as it is: -lsecur32 -lcrypt32 ...
SCHANNIX_CPPFLAGS := $(shell pkg-config --cflags schannix-win32)
SCHANNIX_LDFLAGS := $(shell pkg-config --libs-only-L schannix-win32)
ifeq ($(SCHANNIX_LDFLAGS),)
$(error schannix-win32 is not known to pkg-config: install libschannix-dev, or set PKG_CONFIG_PATH)
endif
CPPFLAGS += $(SCHANNIX_CPPFLAGS)
LDFLAGS += $(SCHANNIX_LDFLAGS)
)";

bool has_file(const std::string& folder, const char* name) {
  std::error_code ignored;
  return fs::exists(fs::path(folder) / name, ignored);
}

std::string kind_of_build(const port_init_options& options) {
  if (!options.build.empty()) return options.build;
  if (has_file(options.folder, "CMakeLists.txt")) return "cmake";
  for (const char* name : {"GNUmakefile", "makefile", "Makefile"})
    if (has_file(options.folder, name)) return "make";
  throw usage_mistake("port init: neither a CMakeLists.txt nor a makefile in " + options.folder +
                      ": say --build cmake or --build make");
}

// The name goes into a file that runs commands.
void check_target(const std::string& name) {
  const std::string known = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-";
  if (name.empty() || name[0] == '-' || name.find_first_not_of(known) != std::string::npos)
    throw usage_mistake("port init: no name of a target: letters, digits and _.+- only");
}

// Never over a file that is there already.
void write_new(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0 && errno == EEXIST) throw usage_mistake("port init: " + path + " is there already; it stays as it is");
  if (fd < 0) throw usage_mistake("port init: " + path + ": " + std::generic_category().message(errno));
  const auto written = ::write(fd, text.data(), text.size());
  const bool closed = ::close(fd) == 0;
  if (written == static_cast<ssize_t>(text.size()) && closed) return;
  ::unlink(path.c_str());
  throw std::runtime_error("port init: " + path + " cannot be written");
}

}  // namespace

int run_port_init(const port_init_options& options) {
  check_target(options.target);
  const auto pattern = kind_of_build(options) == "cmake" ? for_cmake : for_make;
  std::string text(pattern);
  for (auto at = text.find("{0}"); at != std::string::npos; at = text.find("{0}")) text.replace(at, 3, options.target);
  if (options.output.empty())
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    write_new(options.output, text);
  if (std::fflush(stdout) != 0) throw std::runtime_error("port init: standard output cannot be written to");
  return exit_clean;
}

}  // namespace tool
