# The measurements: bench/records plays each peer, a module, in a process of its own (player), and names
# those that could not be built as missing.
find_package(nlohmann_json 3.11 REQUIRED)
find_package(PkgConfig REQUIRED)
set(bench_folder ${PROJECT_BINARY_DIR}/bench)

add_library(bench_support STATIC
  ${PROJECT_SOURCE_DIR}/bench/support/program.cpp ${PROJECT_SOURCE_DIR}/bench/support/peers.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/pki.cpp)
schannix_target(bench_support)
target_include_directories(bench_support PUBLIC ${PROJECT_SOURCE_DIR}/bench)
target_include_directories(bench_support PRIVATE ${PROJECT_SOURCE_DIR}/tests/support ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(bench_support PUBLIC
  nlohmann_json::nlohmann_json OpenSSL::SSL OpenSSL::Crypto Threads::Threads)

function(schannix_bench_program name)
  add_executable(bench_${name} ${PROJECT_SOURCE_DIR}/bench/${name}.cpp ${ARGN})
  schannix_target(bench_${name})
  target_link_libraries(bench_${name} PRIVATE bench_support)
  set_target_properties(bench_${name} PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${bench_folder})
endfunction()

function(schannix_bench_peer name)
  add_library(peer_${name} MODULE ${ARGN})
  schannix_target(peer_${name})
  target_include_directories(peer_${name} PRIVATE ${PROJECT_SOURCE_DIR}/bench)
  set_target_properties(peer_${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${bench_folder}/peers)
  add_dependencies(bench_records peer_${name})
endfunction()

set(bench_sspi ${PROJECT_SOURCE_DIR}/bench/support/sspi_side.cpp ${PROJECT_SOURCE_DIR}/bench/support/sspi_credential.cpp)
set(bench_peers ${PROJECT_SOURCE_DIR}/bench/peers)

schannix_bench_program(records)
add_executable(bench_player ${PROJECT_SOURCE_DIR}/bench/player.cpp)  # linked with no TLS library: its module brings one
schannix_target(bench_player)
target_include_directories(bench_player PRIVATE ${PROJECT_SOURCE_DIR}/bench)
target_link_libraries(bench_player PRIVATE ${CMAKE_DL_LIBS})
set_target_properties(bench_player PROPERTIES OUTPUT_NAME player RUNTIME_OUTPUT_DIRECTORY ${bench_folder})
add_dependencies(bench_records bench_player)

# Our side and OpenSSL's own in one process.
set(bench_connectors ${bench_sspi} ${PROJECT_SOURCE_DIR}/bench/support/sspi_connector.cpp
    ${PROJECT_SOURCE_DIR}/bench/support/openssl_connector.cpp)
pkg_check_modules(gnutls IMPORTED_TARGET gnutls)
if(gnutls_FOUND)
  schannix_bench_program(handshakes ${bench_connectors} ${PROJECT_SOURCE_DIR}/bench/support/gnutls_connector.cpp)
  target_link_libraries(bench_handshakes PRIVATE PkgConfig::gnutls)
else()
  schannix_bench_program(handshakes ${bench_connectors} ${PROJECT_SOURCE_DIR}/bench/support/without_gnutls.cpp)
endif()
target_link_libraries(bench_handshakes PRIVATE schannix)
schannix_bench_program(calls ${bench_sspi})
target_link_libraries(bench_calls PRIVATE schannix_objects)
schannix_bench_program(connections ${bench_connectors}
  ${PROJECT_SOURCE_DIR}/bench/support/growth.cpp ${PROJECT_SOURCE_DIR}/bench/support/threads.cpp)
target_link_libraries(bench_connections PRIVATE schannix)

# For scripts/check_instructions.
schannix_bench_program(operations ${bench_sspi} ${PROJECT_SOURCE_DIR}/bench/support/sspi_connector.cpp)
target_link_libraries(bench_operations PRIVATE schannix)

schannix_bench_peer(schannix ${bench_peers}/schannix.cpp ${bench_sspi})
target_link_libraries(peer_schannix PRIVATE schannix)
schannix_bench_peer(openssl ${bench_peers}/openssl.cpp)
target_link_libraries(peer_openssl PRIVATE OpenSSL::SSL OpenSSL::Crypto)
schannix_bench_peer(raw_evp ${bench_peers}/raw_evp.cpp)
target_link_libraries(peer_raw_evp PRIVATE OpenSSL::Crypto)

# What follows is built only where it is installed.
if(gnutls_FOUND)
  schannix_bench_peer(gnutls ${bench_peers}/gnutls.cpp)
  target_link_libraries(peer_gnutls PRIVATE PkgConfig::gnutls)
endif()

find_path(bearssl_include bearssl.h)
find_library(bearssl_library bearssl)
if(bearssl_include AND bearssl_library)
  schannix_bench_peer(bearssl ${bench_peers}/bearssl.cpp)
  target_include_directories(peer_bearssl SYSTEM PRIVATE ${bearssl_include} ${bearssl_include}/bearssl)
  target_link_libraries(peer_bearssl PRIVATE ${bearssl_library})
endif()

find_path(ipsec_mb_include intel-ipsec-mb.h)
find_library(ipsec_mb_library IPSec_MB)
if(ipsec_mb_include AND ipsec_mb_library)
  schannix_bench_peer(raw_ipsec_mb ${bench_peers}/raw_ipsec_mb.cpp)
  target_include_directories(peer_raw_ipsec_mb SYSTEM PRIVATE ${ipsec_mb_include})
  target_link_libraries(peer_raw_ipsec_mb PRIVATE ${ipsec_mb_library})
endif()

# Debian keeps Android's BoringSSL in folders of its own, under OpenSSL's names.
find_path(boringssl_include openssl/base.h PATH_SUFFIXES android)
find_library(boringssl_ssl ssl PATH_SUFFIXES android PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/android NO_DEFAULT_PATH)
find_library(boringssl_crypto crypto PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/android NO_DEFAULT_PATH)
if(boringssl_include AND boringssl_ssl AND boringssl_crypto)
  schannix_bench_peer(boringssl ${bench_peers}/openssl.cpp)
  target_include_directories(peer_boringssl BEFORE PRIVATE ${boringssl_include})
  target_compile_options(peer_boringssl PRIVATE -isystem ${boringssl_include})
  target_link_libraries(peer_boringssl PRIVATE ${boringssl_ssl} ${boringssl_crypto})
  get_filename_component(boringssl_folder ${boringssl_ssl} DIRECTORY)
  set_target_properties(peer_boringssl PROPERTIES BUILD_RPATH ${boringssl_folder})
endif()

# rustls from Debian's sources, with Debian's compiler where it is installed. That it does not build is no failure.
find_program(bench_cargo cargo PATHS /usr/bin NO_DEFAULT_PATH)
if(bench_cargo AND EXISTS /usr/share/cargo/registry)
  add_custom_target(peer_rustls
    COMMAND ${PROJECT_SOURCE_DIR}/bench/support/build_rustls ${bench_cargo} ${PROJECT_SOURCE_DIR}/bench/peers/rustls
            ${PROJECT_BINARY_DIR}/rustls ${bench_folder}/peers/peer_rustls.so
    VERBATIM)
  add_dependencies(bench_records peer_rustls)
endif()
