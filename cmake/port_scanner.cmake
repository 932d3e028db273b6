# What `schannix port scan` knows of Windows' names is read off the pages and lists that checks compare with what is built.
include_guard()
set(port_names ${PROJECT_BINARY_DIR}/generated/port/names.inc)
file(GLOB port_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/win32/*.h)
set(port_sources docs/compat.md docs/win32.md scripts/exported_symbols.txt scripts/exported_win32_symbols.txt)
list(TRANSFORM port_sources PREPEND ${PROJECT_SOURCE_DIR}/)
find_program(SCHANNIX_AWK awk REQUIRED)
add_custom_command(OUTPUT ${port_names}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/generated/port
  COMMAND ${SCHANNIX_AWK} -f ${PROJECT_SOURCE_DIR}/tools/schannix/port/scanner/names.awk ${port_sources} ${port_headers} > ${port_names}.new
  COMMAND ${CMAKE_COMMAND} -E rename ${port_names}.new ${port_names}
  DEPENDS ${PROJECT_SOURCE_DIR}/tools/schannix/port/scanner/names.awk ${port_sources} ${port_headers})
add_custom_target(schannix_port_names DEPENDS ${port_names})

# The scanner itself, for the tool, its unit tests and its fuzz target.
function(schannix_port_scanner target)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/schannix/port/scanner/*.cpp)
  target_sources(${target} PRIVATE ${sources})
  set_source_files_properties(${sources} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)  # clang-tidy cannot read g++'s
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tools/schannix ${PROJECT_BINARY_DIR}/generated)
  add_dependencies(${target} schannix_port_names)
endfunction()
