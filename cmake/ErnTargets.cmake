# SPDX-License-Identifier: Apache-2.0
# Two functions add everything: ern_library(name DEPENDS ...) makes the library of the current folder from its
# *.cpp, and ern_test(name DEPENDS ...) makes one test program from name.cpp.

function(ern_flags target)
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wconversion>
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${ERN_WERROR}>>:-Werror>)
  if(ERN_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${ERN_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${ERN_SANITIZE})
  endif()
endfunction()

# The library ern_<name> holds the folder's sources. Headers are included as "<folder>/<file>.h" from generator/,
# sim/ and fpga/; a library sees only the headers of what it DEPENDS on because each folder is exported through a
# link of its own in the build tree, so a wrong arrow between folders does not compile.
function(ern_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;EXCLUDE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(file ${ARG_EXCLUDE})
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  add_library(ern_${name} STATIC ${sources})
  set(view ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${view}/${name} SYMBOLIC)
  target_include_directories(ern_${name} PUBLIC ${view})
  target_link_libraries(ern_${name} PUBLIC ${ARG_DEPENDS})
  ern_flags(ern_${name})
endfunction()

function(ern_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "DEPENDS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${name}.cpp)
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ern_test_main)
  ern_flags(${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
                       ENVIRONMENT "ERNFORGE_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
endfunction()
