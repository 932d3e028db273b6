# The nine rooms are one object library, so that unit tests reach what the shared library hides; the shared library is
# made of the same objects, plus the C++ API, which sees the public headers only.
set(schannix_win32_includes ${PROJECT_SOURCE_DIR}/include/win32)
set(schannix_api_includes ${PROJECT_SOURCE_DIR}/include)

set(room_sources)
foreach(room base engine keyring cert record credential context handle abi)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${room}/*.cpp)
  list(APPEND room_sources ${sources})
endforeach()

# The fast AEAD back end, where Debian has it (amd64); everything works without.
option(SCHANNIX_IPSEC_MB "Protect records with libipsec-mb where it is installed" ON)
find_path(IPSEC_MB_INCLUDE intel-ipsec-mb.h)
find_library(IPSEC_MB_LIBRARY IPSec_MB)
mark_as_advanced(IPSEC_MB_INCLUDE IPSEC_MB_LIBRARY)
if(SCHANNIX_IPSEC_MB AND IPSEC_MB_INCLUDE AND IPSEC_MB_LIBRARY)
  list(FILTER room_sources EXCLUDE REGEX /aead_without_ipsec_mb.cpp$)
  set(aead_libraries ${IPSEC_MB_LIBRARY})
  set(SCHANNIX_HAS_IPSEC_MB 1)
else()
  set(SCHANNIX_HAS_IPSEC_MB 0)
  list(FILTER room_sources EXCLUDE REGEX /aead_ipsec_mb.cpp$)
  message(STATUS "libipsec-mb: not used (SCHANNIX_IPSEC_MB=${SCHANNIX_IPSEC_MB}, found: ${IPSEC_MB_LIBRARY})")
endif()

add_library(schannix_objects OBJECT ${room_sources})
schannix_target(schannix_objects)
set_target_properties(schannix_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_definitions(schannix_objects PUBLIC SCHANNIX_NO_NAME_MACROS)
target_include_directories(schannix_objects PUBLIC
  ${PROJECT_SOURCE_DIR}/src ${schannix_win32_includes} ${schannix_api_includes})
target_link_libraries(schannix_objects PUBLIC OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${aead_libraries})

# Entry points are visible to the linker; the version script picks from them by name.
file(GLOB entry_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/abi/entry/*.cpp)
set_source_files_properties(${entry_sources} PROPERTIES COMPILE_OPTIONS -fvisibility=default)

add_library(schannix SHARED $<TARGET_OBJECTS:schannix_objects>)
add_library(schannix::schannix ALIAS schannix)
schannix_target(schannix)
file(GLOB_RECURSE api_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/api/*.cpp)
target_sources(schannix PRIVATE ${api_sources})
target_compile_definitions(schannix PRIVATE SCHANNIX_NO_NAME_MACROS)
target_include_directories(schannix PUBLIC  # the C++ API is written on the Windows headers, and includes them
  $<BUILD_INTERFACE:${schannix_api_includes}> $<BUILD_INTERFACE:${schannix_win32_includes}>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/schannix/win32>)
target_compile_features(schannix INTERFACE cxx_std_20)
file(GLOB api_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/schannix/*.hpp)
target_sources(schannix PUBLIC FILE_SET api_headers TYPE HEADERS BASE_DIRS ${schannix_api_includes} FILES ${api_headers})
target_link_libraries(schannix PRIVATE OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${aead_libraries})
set(exports_map ${PROJECT_SOURCE_DIR}/src/abi/exports.map)
set_target_properties(schannix PROPERTIES
  SOVERSION 0 VERSION ${PROJECT_VERSION} LINKER_LANGUAGE CXX LINK_DEPENDS ${exports_map})
target_link_options(schannix PRIVATE
  -Wl,--version-script=${exports_map} -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now)
if(NOT SCHANNIX_SANITIZE)  # a sanitizer's run-time is resolved in the program, not in the library
  target_link_options(schannix PRIVATE -Wl,-z,defs)
endif()

include(cmake/win32.cmake)
