# What unit, conformance and interop tests share with the programs of tests/prove: peers, certificates, SSPI callers.
include_guard()
file(GLOB_RECURSE support_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.cpp)
add_library(schannix_test_support STATIC ${support_sources})
schannix_target(schannix_test_support)
target_include_directories(schannix_test_support PUBLIC ${PROJECT_SOURCE_DIR}/tests/support ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(schannix_test_support PUBLIC
  OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_include_directories(schannix_test_support PRIVATE ${schannix_win32_includes} ${schannix_api_includes})
