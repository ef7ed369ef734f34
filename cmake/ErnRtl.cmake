# SPDX-License-Identifier: Apache-2.0
# ern_rtl_test(name TOP module ...) Verilates one Verilog module with parameters and links it with a Catch2 test.
#   SOURCE file.cpp       the test; default name.cpp, so that one source serves a sweep of parameters
#   PARAMETERS N=9 ...    of the top; the test sees them as macros of the same names
#   MACROS A B=1 ...      for the test only
#   FILES a.v b.v ...     Verilog beside rtl_templates, which is searched for modules by name
#   ARGUMENTS ...         further arguments of Verilator
#   DEPENDS, LABELS, TIMEOUT  as in ern_test
# The test includes "Vtop.h", whatever the module's name is. Two-state: --x-initial unique, the seed is given at run time.
# Without Verilator the tests are left out, with a message.

find_program(VERILATOR verilator)
if(NOT VERILATOR)
  message(STATUS "verilator was not found: the tests of single modules are left out (Debian package verilator)")
else()
  get_filename_component(bin ${VERILATOR} DIRECTORY)
  find_path(ERN_VERILATOR_INCLUDE verilated.h PATHS $ENV{VERILATOR_ROOT}/include ${bin}/../share/verilator/include)
  mark_as_advanced(VERILATOR ERN_VERILATOR_INCLUDE)
  find_package(Threads REQUIRED)
  # Verilator's run time, once for all tests.
  add_library(ern_verilated STATIC EXCLUDE_FROM_ALL ${ERN_VERILATOR_INCLUDE}/verilated.cpp
              ${ERN_VERILATOR_INCLUDE}/verilated_threads.cpp)
  target_include_directories(ern_verilated SYSTEM PUBLIC ${ERN_VERILATOR_INCLUDE} ${ERN_VERILATOR_INCLUDE}/vltstd)
  target_link_libraries(ern_verilated PUBLIC Threads::Threads)
  set(ern_coverage)
  if(ERN_COVERAGE)
    target_sources(ern_verilated PRIVATE ${ERN_VERILATOR_INCLUDE}/verilated_cov.cpp)
    target_compile_definitions(ern_verilated PUBLIC VM_COVERAGE=1)
    set(ern_coverage --coverage-line --coverage-toggle --coverage-max-width 1024)
  endif()
endif()

function(ern_rtl_test name)
  cmake_parse_arguments(ARG "" "TOP;SOURCE;TIMEOUT" "PARAMETERS;MACROS;FILES;ARGUMENTS;DEPENDS;LABELS" ${ARGN})
  if(NOT VERILATOR)
    return()
  endif()
  if(NOT ARG_SOURCE)
    set(ARG_SOURCE ${name}.cpp)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set(rtl ${CMAKE_SOURCE_DIR}/rtl_templates)
  file(GLOB folders LIST_DIRECTORIES true CONFIGURE_DEPENDS ${rtl}/*)
  file(GLOB modules CONFIGURE_DEPENDS ${rtl}/*/*.v ${rtl}/*/*.vh)
  set(search)
  foreach(folder ${folders})
    if(IS_DIRECTORY ${folder})
      list(APPEND search -y ${folder} -I${folder})
    endif()
  endforeach()
  set(generics)
  foreach(parameter ${ARG_PARAMETERS})
    list(APPEND generics -G${parameter})
  endforeach()
  find_file(top ${ARG_TOP}.v PATHS ${folders} NO_DEFAULT_PATH NO_CACHE)
  if(NOT top)
    set(top)  # one of FILES
  endif()
  set(work ${CMAKE_CURRENT_BINARY_DIR}/${name}.verilated)
  add_custom_command(
    OUTPUT ${work}/Vtop__ALL.a ${work}/Vtop.h
    COMMAND sh -c "\"$@\" > ${name}.verilator.log 2>&1 || { cat ${name}.verilator.log; exit 1; }" verilate
            ${VERILATOR} --cc --build --Mdir ${work} --prefix Vtop --top-module ${ARG_TOP} -Wno-fatal -O3
            --x-assign unique --x-initial unique --assert ${ern_coverage} ${generics} ${search} ${ARG_ARGUMENTS} ${ARG_FILES} ${top}
    DEPENDS ${modules} ${ARG_FILES}
    WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}
    COMMENT "Verilating ${name}" VERBATIM)
  add_custom_target(${name}_verilated DEPENDS ${work}/Vtop__ALL.a)
  add_executable(${name} ${ARG_SOURCE})
  add_dependencies(${name} ${name}_verilated)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/rtl ${CMAKE_SOURCE_DIR}/sim)
  target_include_directories(${name} SYSTEM PRIVATE ${work})
  target_compile_definitions(${name} PRIVATE ${ARG_PARAMETERS} ${ARG_MACROS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ern_test_main ${work}/Vtop__ALL.a ern_verilated)
  ern_flags(${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "rtl;${ARG_LABELS}"
                       ENVIRONMENT "ERNFORGE_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
endfunction()
