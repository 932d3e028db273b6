# The command-line tool sees the C++ API and its own third-party libraries, nothing else of ours.
file(GLOB_RECURSE tool_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/schannix/*.cpp)
if(tool_sources)
  find_package(CLI11 REQUIRED)
  find_package(fmt REQUIRED)
  find_package(nlohmann_json REQUIRED)
  add_executable(schannix_tool ${tool_sources})
  schannix_target(schannix_tool)
  set_target_properties(schannix_tool PROPERTIES OUTPUT_NAME schannix INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  target_include_directories(schannix_tool PRIVATE ${PROJECT_SOURCE_DIR}/tools/schannix)
  target_link_libraries(schannix_tool PRIVATE
    schannix CLI11::CLI11 fmt::fmt-header-only nlohmann_json::nlohmann_json Threads::Threads)
endif()
