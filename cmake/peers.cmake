# The peers of the close matrix: one program per TLS library, each linked with that library alone. One whose library is
# not installed is not built; its cells fail then and name the package.
set(peers ${PROJECT_SOURCE_DIR}/tests/peers)

add_library(schannix_peer OBJECT ${peers}/peer.cpp)
schannix_target(schannix_peer)
target_compile_definitions(prove_close_matrix PRIVATE
  SCHANNIX_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SCHANNIX_PEERS="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")

# schannix_peer(NAME SOURCE INCLUDE LIBRARY...): INCLUDE is the folder of the library's headers, if it was found.
function(schannix_peer name source include)
  if(NOT include)
    return()
  endif()
  add_executable(peer_${name} ${peers}/${source}.cpp)
  schannix_target(peer_${name})
  target_include_directories(peer_${name} SYSTEM PRIVATE ${include})
  target_link_libraries(peer_${name} PRIVATE schannix_peer ${ARGN})
  add_dependencies(prove_close_matrix peer_${name})
endfunction()

find_path(gnutls_include gnutls/gnutls.h)
find_path(nss_include keyhi.h PATH_SUFFIXES nss)
find_path(nspr_include nspr.h PATH_SUFFIXES nspr)
find_path(mbedtls_include mbedtls/ssl.h)
find_path(wolfssl_include wolfssl/ssl.h)
find_path(bearssl_include bearssl.h)
find_path(botan_include botan/tls_channel.h PATH_SUFFIXES botan-2)
find_path(boringssl_include openssl/base.h PATH_SUFFIXES android)
set(android /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/android)  # BoringSSL under OpenSSL's names

schannix_peer(openssl openssl ${OPENSSL_INCLUDE_DIR} OpenSSL::SSL OpenSSL::Crypto)
schannix_peer(gnutls gnutls "${gnutls_include}" gnutls)
schannix_peer(nss nss "${nss_include}" ssl3 nss3 nspr4)
schannix_peer(mbedtls mbedtls "${mbedtls_include}" mbedtls mbedx509 mbedcrypto)
schannix_peer(wolfssl wolfssl "${wolfssl_include}" wolfssl)
schannix_peer(bearssl bearssl "${bearssl_include}" bearssl)
schannix_peer(botan botan "${botan_include}" botan-2)
schannix_peer(boringssl openssl "${boringssl_include}" ${android}/libssl.so ${android}/libcrypto.so)
if(TARGET peer_nss)
  target_include_directories(peer_nss SYSTEM PRIVATE ${nspr_include})
endif()
if(TARGET peer_boringssl)
  set_target_properties(peer_boringssl PROPERTIES BUILD_RPATH ${android})
endif()
