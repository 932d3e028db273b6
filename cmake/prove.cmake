# Each file of tests/prove is a program that sees what a user's program sees; each of tests/prove/inside is made of the
# rooms' objects, to reach what the shared library hides; each of tests/prove/full belongs to the full run only. More
# parts of a program are in a folder of its name. What they say is in tests/prove/figure.hpp.
find_package(nlohmann_json 3.11 REQUIRED)
include(cmake/test_support.cmake)

function(schannix_prove folder)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/prove/${folder}*.cpp)
  foreach(source ${sources})
    get_filename_component(name ${source} NAME_WE)
    file(GLOB parts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/prove/${folder}${name}/*.cpp)
    add_executable(prove_${name} ${source} ${parts})
    schannix_target(prove_${name})
    target_compile_definitions(prove_${name} PRIVATE SCHANNIX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(prove_${name} PRIVATE ${ARGN} schannix_test_support nlohmann_json::nlohmann_json)
  endforeach()
endfunction()

schannix_prove("" schannix schannix_win32)
schannix_prove(inside/ schannix_objects)
schannix_prove(full/ schannix schannix_win32)
add_dependencies(prove_starttls schannix_tool)
target_compile_definitions(prove_starttls PRIVATE SCHANNIX_TOOL="$<TARGET_FILE:schannix_tool>")

# secrets is bound at its start, as the library is: the dynamic linker puts registers on the stack when it binds late.
target_link_options(prove_secrets PRIVATE LINKER:-z,now)

# constant_time steps between record and AEAD (aead::seal, aead::open), to tell valgrind what is public from there on.
set(bytes_view St4spanIKhLm18446744073709551615EE)
foreach(name sealE${bytes_view}S4_S2_IhLm18446744073709551615EES5_S5_ openE${bytes_view}S4_S2_IhLm18446744073709551615EES4_)
  target_link_options(prove_constant_time PRIVATE LINKER:--wrap=_ZN8schannix6engine4aead4${name})
endforeach()

include(cmake/peers.cmake)
