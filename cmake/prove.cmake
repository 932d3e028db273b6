# Programs that prove a claim with figures: each tests/prove/NAME.cpp becomes bin/prove_NAME.
file(GLOB prove_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/prove/*.cpp)
foreach(source IN LISTS prove_sources)
  get_filename_component(name ${source} NAME_WE)
  add_executable(prove_${name} ${source})
  schannix_target(prove_${name})
  target_compile_definitions(prove_${name} PRIVATE SCHANNIX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(prove_${name} PRIVATE schannix_test_support schannix schannix_win32)
endforeach()
