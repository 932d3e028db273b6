# For code written for Windows, and for nothing else: the base functions of kernel32 and ws2_32 that such code calls, in a
# library of their own, Windows' link names (-lsecur32) and header names in both spellings, in private folders.
file(GLOB win32_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/win32/*.cpp)
add_library(schannix_win32_functions SHARED ${win32_sources} ${PROJECT_SOURCE_DIR}/src/base/text.cpp)
schannix_target(schannix_win32_functions)
target_compile_definitions(schannix_win32_functions PRIVATE SCHANNIX_NO_NAME_MACROS
  SCHANNIX_SONAME="$<TARGET_SONAME_FILE_NAME:schannix>"
  SCHANNIX_WIN32_SONAME="$<TARGET_SONAME_FILE_NAME:schannix_win32_functions>")
target_include_directories(schannix_win32_functions PRIVATE ${PROJECT_SOURCE_DIR}/src ${schannix_win32_includes})
target_link_libraries(schannix_win32_functions PRIVATE $<LINK_ONLY:schannix> Threads::Threads)
set(win32_exports_map ${PROJECT_SOURCE_DIR}/src/win32/exports.map)
set_target_properties(schannix_win32_functions PROPERTIES
  OUTPUT_NAME schannix-win32 EXPORT_NAME win32_functions SOVERSION 0 VERSION ${PROJECT_VERSION} LINK_DEPENDS ${win32_exports_map})
target_link_options(schannix_win32_functions PRIVATE
  -Wl,--version-script=${win32_exports_map} -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now)
if(NOT SCHANNIX_SANITIZE)
  target_link_options(schannix_win32_functions PRIVATE -Wl,-z,defs)
endif()

# A link name is a linker script that brings both libraries, the second only where it is used: on Windows kernel32 is always
# linked, without being named. The libraries themselves lie beside the scripts under their plain names.
set(schannix_link_names
  secur32 crypt32 schannel security ncrypt bcrypt ws2_32 advapi32 kernel32 user32 ntdll)
set(schannix_link_script "/* Windows' link name for schannix. */\nINPUT(-lschannix AS_NEEDED(-lschannix-win32))\n")
set(schannix_link_folder ${PROJECT_BINARY_DIR}/link_names)
foreach(name ${schannix_link_names})
  file(WRITE ${schannix_link_folder}/lib${name}.so ${schannix_link_script})
endforeach()
add_custom_command(TARGET schannix_win32_functions POST_BUILD
  COMMAND ${CMAKE_COMMAND} -E create_symlink $<TARGET_FILE:schannix> ${schannix_link_folder}/libschannix.so
  COMMAND ${CMAKE_COMMAND} -E create_symlink $<TARGET_FILE:schannix_win32_functions> ${schannix_link_folder}/libschannix-win32.so
  VERBATIM)

# How programs spell the headers that include/win32 has in lower case.
set(schannix_spellings
  Windows.h Winsock2.h WinSock2.h WinSock.h WS2tcpip.h Ws2tcpip.h WS2TCPIP.H WINSOCK2.H WINDOWS.H
  Sspi.h SSPI.h Security.h Schannel.h SChannel.h Schnlsp.h SubAuth.h WinCrypt.h Wincrypt.h WinError.h Winerror.h WinBase.h
  WinNT.h WinDef.h WinNls.h WinUser.h Winternl.h WinTrust.h Wintrust.h NTSecAPI.h Ntsecapi.h SDKDDKVer.h BaseTsd.h)
set(schannix_spelled_headers ${PROJECT_BINARY_DIR}/spelled_headers)
foreach(name ${schannix_spellings})
  string(TOLOWER ${name} plain)
  file(WRITE ${schannix_spelled_headers}/${name} "#include <${plain}>\n")
endforeach()

add_library(schannix_win32 INTERFACE)
add_library(schannix::win32 ALIAS schannix_win32)
set_target_properties(schannix_win32 PROPERTIES EXPORT_NAME win32)
target_link_directories(schannix_win32 INTERFACE
  $<BUILD_INTERFACE:${schannix_link_folder}>
  "$<INSTALL_INTERFACE:\$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}/schannix/win32>")
target_include_directories(schannix_win32 INTERFACE
  $<BUILD_INTERFACE:${schannix_win32_includes}> $<BUILD_INTERFACE:${schannix_spelled_headers}>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/schannix/win32>)
target_link_libraries(schannix_win32 INTERFACE  # without the C++ API's demand for C++20
  $<LINK_ONLY:schannix> $<LINK_ONLY:schannix_win32_functions>)
