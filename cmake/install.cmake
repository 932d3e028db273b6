# Installed: the libraries, the tool with its completions, man pages, both header sets, the CMake package, two pkg-config
# files (relocatable), and the link names in a private folder, so that nothing system-wide is shadowed.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/schannix)
set(link_names_dir ${CMAKE_INSTALL_LIBDIR}/schannix/win32)

install(TARGETS schannix schannix_win32_functions schannix_win32 EXPORT schannix-targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET api_headers DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/win32/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/schannix/win32 FILES_MATCHING PATTERN "*.h")
install(DIRECTORY include/schannix/detail DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/schannix)
install(DIRECTORY ${schannix_spelled_headers}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/schannix/win32)
foreach(name ${schannix_link_names})
  install(FILES ${schannix_link_folder}/lib${name}.so DESTINATION ${link_names_dir})
endforeach()
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/installed_links)
foreach(name schannix schannix-win32)  # found by the scripts, in their own folder
  set(link ${PROJECT_BINARY_DIR}/installed_links/lib${name}.so)
  file(CREATE_LINK ../../lib${name}.so ${link} SYMBOLIC)
  install(FILES ${link} DESTINATION ${link_names_dir})
endforeach()
if(TARGET schannix_tool)
  install(TARGETS schannix_tool RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES tools/schannix/schannix.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES docs/man/schannix.conf.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
  if(NOT CMAKE_CROSSCOMPILING AND NOT SCHANNIX_SANITIZE)  # the tool itself says what there is to complete
    set(completions ${PROJECT_BINARY_DIR}/completions)
    file(MAKE_DIRECTORY ${completions})
    add_custom_command(TARGET schannix_tool POST_BUILD
      COMMAND schannix_tool completions bash > ${completions}/schannix
      COMMAND schannix_tool completions zsh > ${completions}/_schannix
      COMMAND schannix_tool completions fish > ${completions}/schannix.fish)
    install(FILES ${completions}/schannix DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    install(FILES ${completions}/_schannix DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
    install(FILES ${completions}/schannix.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  endif()
endif()
install(FILES docs/man/schannix.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3)

install(EXPORT schannix-targets NAMESPACE schannix:: DESTINATION ${package_dir})
configure_package_config_file(cmake/schannix-config.cmake.in schannix-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(schannix-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/schannix-config.cmake ${PROJECT_BINARY_DIR}/schannix-config-version.cmake
  DESTINATION ${package_dir})

# ${pcfiledir} makes them relocatable; the way back from there to the prefix depends on the library folder's depth.
file(RELATIVE_PATH pc_to_prefix /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
string(REGEX REPLACE "/$" "" pc_to_prefix "${pc_to_prefix}")
foreach(name schannix schannix-win32)
  configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
