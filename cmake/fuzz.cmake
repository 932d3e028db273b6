# One fuzz target per file of fuzz/, made of the rooms' objects. Configure with the preset "fuzz".
include(cmake/test_support.cmake)

file(GLOB fuzz_support CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/support/*.cpp)
add_library(schannix_fuzz_support OBJECT ${fuzz_support})
schannix_target(schannix_fuzz_support)
target_include_directories(schannix_fuzz_support PUBLIC ${PROJECT_SOURCE_DIR}/fuzz)
target_link_libraries(schannix_fuzz_support PRIVATE OpenSSL::Crypto)

add_custom_target(fuzz_targets)
file(GLOB fuzz_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/*.cpp)
foreach(source ${fuzz_sources})
  get_filename_component(name ${source} NAME_WE)
  add_executable(fuzz_${name} ${source})
  schannix_target(fuzz_${name})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(fuzz_${name} PRIVATE schannix_objects schannix_fuzz_support schannix_test_support)
  add_dependencies(fuzz_targets fuzz_${name})
endforeach()
