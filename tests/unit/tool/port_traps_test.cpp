#include <gtest/gtest.h>

#include "port/scanner/traps.hpp"

namespace tool::port {
namespace {

std::string traps(std::string_view source) {
  std::string seen;
  for (const trap& one : traps_in(tokens_of(source, language::c)).found)
    seen += (seen.empty() ? "" : " ") + std::string(one.broken->id) + ':' + std::to_string(one.line);
  return seen;
}

TEST(port_traps, long_has_64_bits) {
  EXPECT_EQ(traps("long a;\nunsigned long b;\nlong long c; long double d; unsigned long long e;\nlong int f;"),
            "llp64-long:1 llp64-long:2 llp64-long:4");
  EXPECT_EQ(traps("unsigned long *a;\nf((long*)p);\nLONG *c; ULONG *d;\nunsigned long int const *e;"),
            "llp64-pointer:1 llp64-pointer:2 llp64-pointer:4");
}

TEST(port_traps, formats_of_long) {
  EXPECT_EQ(traps("f(\"%lu\");\nf(\"%llu %ls %u %%lu\");\nf(\"a %-08lx\");\nf(\"100% long\");\nf(\"%\");"),
            "llp64-format:1 llp64-format:3");
}

TEST(port_traps, two_bytes_for_a_wchar) {
  EXPECT_EQ(traps("a = wcslen(x) * 2;\nb = 2 * wcslen(x);\nc = wcslen(f(x)) << 1;\nd = wcslen(x) * sizeof(WCHAR);"),
            "wchar-width:1 wchar-width:2 wchar-width:3");
  EXPECT_EQ(traps("static_assert(sizeof(WCHAR) == 2);\nn = s.Length / 2;\nn = s->Length >> 1;\nn = Length + 2;\n"
                  "auto p = (char16_t *)x;\nn = Length / 20;"),
            "wchar-width:1 wchar-width:2 wchar-width:3 wchar-width:5");
}

TEST(port_traps, flags_of_the_other_side) {
  EXPECT_EQ(traps("AcceptSecurityContext(a, b, c, ISC_REQ_CONFIDENTIALITY);"), "wrong-side-flags:1");
  EXPECT_EQ(traps("x = sspi->InitializeSecurityContextA(a,\n b, ASC_REQ_CONFIDENTIALITY);"), "wrong-side-flags:2");
  EXPECT_EQ(traps("AcceptSecurityContext(a, ASC_REQ_INTEGRITY); InitializeSecurityContext(a, ISC_REQ_INTEGRITY);"), "");
}

TEST(port_traps, flags_of_the_other_side_by_way_of_a_variable) {
  EXPECT_EQ(traps("DWORD f = ISC_REQ_INTEGRITY;\nAcceptSecurityContext(a, f);"), "wrong-side-flags:2");
  EXPECT_EQ(traps("f = ASC_REQ_INTEGRITY;\nf |= ISC_REQ_DELEGATE;\nAcceptSecurityContext(a, f);"),
            "wrong-side-flags:3");
  EXPECT_EQ(traps("f = ISC_REQ_INTEGRITY;\nInitializeSecurityContextW(f);\nf = ASC_REQ_INTEGRITY;\n"
                  "AcceptSecurityContext(a, f);"),
            "");
}

TEST(port_traps, declarations_are_no_calls) {
  EXPECT_EQ(traps("SECURITY_STATUS AcceptSecurityContext(PCredHandle a, int ISC_REQ_STREAM);"), "");
}

TEST(port_traps, extra_bytes_that_nobody_keeps) {
  const std::string reads = "x(SECBUFFER_STREAM_HEADER);\nDecryptMessage(c, d, 0, 0);\n";
  EXPECT_EQ(traps(reads), "extra-ignored:2");
  EXPECT_EQ(traps(reads + "if (b.BufferType == SECBUFFER_EXTRA) keep(b);"), "");
  EXPECT_EQ(traps("DecryptMessage(kerberos, d, 0, 0);"), "");
}

TEST(port_traps, whether_it_shuts_down_is_told) {
  const auto found = traps_in(tokens_of("f(UNISP_NAME);\nInitializeSecurityContextW(a);\n", language::c));
  EXPECT_EQ(found.handshakes, 2u);
  EXPECT_FALSE(found.shuts_down);
  EXPECT_TRUE(traps_in(tokens_of("DWORD t = SCHANNEL_SHUTDOWN;", language::c)).shuts_down);
  EXPECT_EQ(traps_in(tokens_of("InitializeSecurityContextW(kerberos);", language::c)).handshakes, std::nullopt);
}

TEST(port_traps, code_that_is_not_compiled_here) {
  EXPECT_EQ(traps("#ifdef _WIN32\n#endif\n#if defined(A) || defined(_MSC_VER)\n#endif\n#ifndef _WIN32\n#endif\n"
                  "#if !defined(_WIN32)\n#endif\n#define X _WIN32\n"),
            "windows-only:1 windows-only:3");
}

TEST(port_traps, one_of_a_kind_a_line) { EXPECT_EQ(traps("long a; long b;"), "llp64-long:1"); }

}  // namespace
}  // namespace tool::port
