// The parameter that takes the address of a DWORD, a ULONG or an unsigned long: what it is made from, that it is passed
// like the pointer it stands for, and what is written, directly and through the function table.
#include <gtest/gtest.h>
#include <sspi.h>

#include <type_traits>

#include "out_ulong_from_c.h"

namespace {

constexpr ULONG answer = 0x8000801C;  // bit 31 set: zero-extension would show
constexpr unsigned long all_ones = ~0UL;

using out_ulong = schannix_out_ulong;
static_assert(std::is_trivially_copyable_v<out_ulong> && sizeof(out_ulong) == sizeof(void*));
static_assert(std::is_standard_layout_v<out_ulong> && std::is_trivially_default_constructible_v<out_ulong>);
static_assert(std::is_convertible_v<DWORD*, out_ulong> && std::is_convertible_v<ULONG*, out_ulong>);
static_assert(std::is_convertible_v<unsigned long*, out_ulong> && std::is_convertible_v<std::nullptr_t, out_ulong>);
static_assert(!std::is_convertible_v<int*, out_ulong> && !std::is_convertible_v<unsigned short*, out_ulong>);
static_assert(!std::is_convertible_v<const DWORD*, out_ulong> && !std::is_convertible_v<void*, out_ulong>);
static_assert(!std::is_convertible_v<unsigned long long*, out_ulong> && !std::is_convertible_v<DWORD, out_ulong>);

SECURITY_STATUS SEC_ENTRY fake_initialize(PCredHandle, PCtxtHandle, SEC_WCHAR*, ULONG, ULONG, ULONG, PSecBufferDesc,
                                          ULONG, PCtxtHandle, PSecBufferDesc, schannix_out_ulong pfContextAttr,
                                          PTimeStamp) {
  schannix_store(pfContextAttr, answer);
  return pfContextAttr ? SEC_E_OK : SEC_I_CONTINUE_NEEDED;
}

SECURITY_STATUS SEC_ENTRY fake_decrypt(PCtxtHandle, PSecBufferDesc, ULONG, schannix_out_ulong pfQOP) {
  schannix_store(pfQOP, answer);
  return SEC_E_OK;
}

SecurityFunctionTableW fake_table() {
  SecurityFunctionTableW table = {};
  table.InitializeSecurityContextW = fake_initialize;
  table.DecryptMessage = fake_decrypt;
  return table;
}

template <typename Function, typename Argument>
SECURITY_STATUS initialize(Function function, Argument argument) {
  return function(nullptr, nullptr, nullptr, 0, 0, 0, nullptr, 0, nullptr, nullptr, argument, nullptr);
}

TEST(out_ulong, writes_four_bytes_of_a_dword) {
  DWORD around[3] = {1, 2, 3};
  EXPECT_EQ(initialize(fake_initialize, &around[1]), SEC_E_OK);
  EXPECT_EQ(around[0], 1U);
  EXPECT_EQ(around[1], answer);
  EXPECT_EQ(around[2], 3U);
}

TEST(out_ulong, writes_all_of_an_unsigned_long) {
  unsigned long around[3] = {all_ones, all_ones, all_ones};
  EXPECT_EQ(initialize(fake_initialize, &around[1]), SEC_E_OK);
  EXPECT_EQ(around[0], all_ones);
  EXPECT_EQ(around[1], answer);
  EXPECT_EQ(around[2], all_ones);
}

TEST(out_ulong, takes_every_spelling_of_null) {
  SecurityFunctionTableW table = fake_table();
  const auto call = table.InitializeSecurityContextW;
  EXPECT_EQ(call(NULL, NULL, NULL, 0, 0, 0, NULL, 0, NULL, NULL, NULL, NULL), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(call(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(initialize(call, nullptr), SEC_I_CONTINUE_NEEDED);
  DWORD* no_dword = nullptr;
  unsigned long* no_long = nullptr;  // must not become the address 1
  EXPECT_EQ(initialize(call, no_dword), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(initialize(call, no_long), SEC_I_CONTINUE_NEEDED);
}

TEST(out_ulong, works_through_the_table_auto_and_decltype) {
  SecurityFunctionTableW table = fake_table();
  unsigned long wide = all_ones;
  ULONG exact = 0;
  EXPECT_EQ(table.DecryptMessage(nullptr, nullptr, 0, &wide), SEC_E_OK);
  EXPECT_EQ(wide, answer);
  decltype(table.DecryptMessage) same = table.DecryptMessage;
  auto also = &fake_decrypt;
  EXPECT_EQ(same(nullptr, nullptr, 0, &exact), SEC_E_OK);
  EXPECT_EQ(exact, answer);
  wide = all_ones;
  EXPECT_EQ(also(nullptr, nullptr, 0, &wide), SEC_E_OK);
  EXPECT_EQ(wide, answer);
}

TEST(out_ulong, works_through_casts) {
  SecurityFunctionTableW table = fake_table();
  void* const address = reinterpret_cast<void*>(table.DecryptMessage);  // as from dlsym
  const auto function = reinterpret_cast<DECRYPT_MESSAGE_FN>(address);
  unsigned int plain = 0;
  EXPECT_EQ(function(nullptr, nullptr, 0, static_cast<ULONG*>(&plain)), SEC_E_OK);
  EXPECT_EQ(plain, answer);
  unsigned long array[1] = {all_ones};
  EXPECT_EQ(function(nullptr, nullptr, 0, array), SEC_E_OK);
  EXPECT_EQ(array[0], answer);
}

// A C program passes a plain pointer: that this works shows that both conventions are the same.
TEST(out_ulong, is_passed_like_the_pointer_that_c_passes) {
  SecurityFunctionTableW table = fake_table();
  out_ulong_seen_from_c seen = {};
  out_ulong_call_from_c(&table, &seen);
  EXPECT_EQ(seen.exact, answer);
  EXPECT_EQ(seen.wide, answer);  // was initialised with 0, as the header asks of C programs
  EXPECT_EQ(seen.null_status, SEC_I_CONTINUE_NEEDED);
}

SECURITY_STATUS SEC_ENTRY enumerate_as_the_edge_does(schannix_out_ulong pcPackages, PSecPkgInfoW* ppPackageInfo) {
  *ppPackageInfo = nullptr;
  schannix_store(pcPackages, 3);
  return SEC_E_OK;
}

TEST(out_ulong, counts_packages_too) {
  const ENUMERATE_SECURITY_PACKAGES_FN_W enumerate = enumerate_as_the_edge_does;
  unsigned long wide = all_ones;
  DWORD exact = 0;
  PSecPkgInfoW packages = nullptr;
  EXPECT_EQ(enumerate(&wide, &packages), SEC_E_OK);
  EXPECT_EQ(enumerate(&exact, &packages), SEC_E_OK);
  EXPECT_EQ(wide, 3UL);
  EXPECT_EQ(exact, 3U);
}

}  // namespace
