# unit_tests is made of the rooms' objects; conformance_tests and interop_tests see what a user's program sees.
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
include(GoogleTest)

add_library(schannix_gtest INTERFACE)  # the framework and its precompiled header
target_precompile_headers(schannix_gtest INTERFACE <gtest/gtest.h>)
target_compile_options(schannix_gtest INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
target_link_libraries(schannix_gtest INTERFACE GTest::gtest GTest::gtest_main)
target_include_directories(schannix_gtest INTERFACE ${PROJECT_SOURCE_DIR}/tests/support ${PROJECT_SOURCE_DIR}/tests)
target_compile_definitions(schannix_gtest INTERFACE SCHANNIX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

include(cmake/test_support.cmake)

function(schannix_tests name folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  schannix_target(${name})
  target_link_libraries(${name} PRIVATE
    ${ARGN} schannix_test_support
    schannix_gtest rapidcheck OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
  if(TARGET schannix_tool)
    add_dependencies(${name} schannix_tool)
    target_compile_definitions(${name} PRIVATE SCHANNIX_TOOL="$<TARGET_FILE:schannix_tool>")
  endif()
  # ctest knows each case by the name that the documents use; a parameter by the name that its suite gives it.
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES)
endfunction()

schannix_tests(unit_tests unit schannix_objects)
# The tool's own reader of foreign files is tested from inside, too.
target_sources(unit_tests PRIVATE ${PROJECT_SOURCE_DIR}/tools/schannix/config/reg_file.cpp)
target_include_directories(unit_tests PRIVATE ${PROJECT_SOURCE_DIR}/tools/schannix)
include(cmake/port_scanner.cmake)
schannix_port_scanner(unit_tests)
set_source_files_properties(tests/unit/engine/aead_back_ends_test.cpp
  PROPERTIES COMPILE_DEFINITIONS SCHANNIX_HAS_IPSEC_MB=${SCHANNIX_HAS_IPSEC_MB})
add_library(abi_tests_in_c OBJECT ${PROJECT_SOURCE_DIR}/tests/abi/out_ulong_from_c.c)
target_include_directories(abi_tests_in_c PRIVATE ${schannix_win32_includes})
schannix_tests(abi_tests abi schannix schannix_win32 abi_tests_in_c)
schannix_tests(win32_tests win32 schannix schannix_win32)
schannix_tests(conformance_tests conformance schannix schannix_win32)
if(TARGET nlohmann_json::nlohmann_json)  # what the tool writes is read with what it is written with
  target_link_libraries(conformance_tests PRIVATE nlohmann_json::nlohmann_json)
endif()
# Debian's Asio does not know that clang has coroutines, too.
set_source_files_properties(tests/conformance/asio_stream.cpp
  PROPERTIES COMPILE_DEFINITIONS "ASIO_HAS_CO_AWAIT=1;ASIO_HAS_STD_COROUTINE=1")
schannix_tests(interop_tests interop schannix schannix_win32)
if(TARGET nlohmann_json::nlohmann_json)  # the cases are a JSON file
  schannix_tests(limbo_tests limbo schannix_objects nlohmann_json::nlohmann_json)
endif()
foreach(name bind_loopback slow_names)
  add_library(${name} MODULE ${PROJECT_SOURCE_DIR}/tests/support/preload/${name}.c)
endforeach()
add_library(fips_stand_in MODULE ${PROJECT_SOURCE_DIR}/tests/support/fips/stand_in.c)
target_link_libraries(fips_stand_in PRIVATE OpenSSL::Crypto)
add_dependencies(conformance_tests fips_stand_in)
target_compile_definitions(conformance_tests PRIVATE SCHANNIX_FIPS_STAND_IN="$<TARGET_FILE:fips_stand_in>")

# The process that connections are moved to.
add_executable(heir ${PROJECT_SOURCE_DIR}/tests/heir/heir.cpp)
schannix_target(heir)
target_include_directories(heir PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(heir PRIVATE schannix schannix_win32)
if(TARGET interop_tests)
  add_dependencies(interop_tests bind_loopback slow_names heir)
  target_compile_definitions(interop_tests PRIVATE
    SCHANNIX_BIND_LOOPBACK="$<TARGET_FILE:bind_loopback>" SCHANNIX_SLOW_NAMES="$<TARGET_FILE:slow_names>"
    SCHANNIX_HEIR="$<TARGET_FILE:heir>")
endif()
