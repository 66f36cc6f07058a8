# How every target of the project is built. The house's diagram is the USES of each folder.
include_guard()
include(CheckLinkerFlag)
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(Libidn REQUIRED)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# Warnings, sanitizers and the linker: for what is built here, never passed on to users.
add_library(howdah_flags INTERFACE)
target_compile_options(howdah_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${HOWDAH_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # It takes the frame of a coroutine, which its promise allocates and frees, for mismatched.
  target_compile_options(howdah_flags INTERFACE -Wno-mismatched-new-delete)
endif()
if(HOWDAH_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # What is in a file's own namespace lies in an included file then.
  target_compile_options(howdah_flags INTERFACE -Wno-subobject-linkage)
endif()
if(HOWDAH_SANITIZE)
  target_compile_options(howdah_flags INTERFACE -fsanitize=${HOWDAH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(HOWDAH_SANITIZE STREQUAL thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(howdah_flags INTERFACE -Wno-tsan)  # g++ warns of every fence, Asio has some
  endif()
  target_link_options(howdah_flags INTERFACE -fsanitize=${HOWDAH_SANITIZE})
endif()
if(HOWDAH_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "HOWDAH_FUZZ needs Clang: libFuzzer is part of it (cmake --preset asan)")
  endif()
endif()
check_linker_flag(CXX -fuse-ld=mold HOWDAH_HAS_MOLD)
if(HOWDAH_HAS_MOLD AND PROJECT_IS_TOP_LEVEL)
  target_link_options(howdah_flags INTERFACE -fuse-ld=mold)
endif()

add_custom_target(headers_alone COMMENT "Every header compiles alone")
add_custom_target(threaded_tests COMMENT "The tests of what has threads")

# howdah_folder(NAME USES FOLDER... LINKS LIBRARY... SOURCES FILE...)
# One folder of the house: a static library that sees only the folders it uses.
function(howdah_folder name)
  cmake_parse_arguments(arg "" "" "USES;LINKS;SOURCES" ${ARGN})
  add_library(howdah_${name} STATIC ${arg_SOURCES})
  target_include_directories(howdah_${name} SYSTEM PUBLIC ${Boost_INCLUDE_DIRS} ${LIBIDN_INCLUDE_DIR})
  target_include_directories(howdah_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  list(TRANSFORM arg_USES PREPEND howdah_)
  target_link_libraries(howdah_${name} PUBLIC ${arg_USES} ${arg_LINKS} PRIVATE $<BUILD_INTERFACE:howdah_flags>)
  set_target_properties(howdah_${name} PROPERTIES
    POSITION_INDEPENDENT_CODE ON UNITY_BUILD ${HOWDAH_UNITY} UNITY_BUILD_BATCH_SIZE 0)
  if(HOWDAH_FUZZ)
    target_compile_options(howdah_${name} PRIVATE -fsanitize=fuzzer-no-link)  # what the fuzzers want to see; not the tests
  endif()
  howdah_headers_alone(${name} *.hpp detail/*.hpp generated/*.hpp audit/*.hpp audit/detail/*.hpp reception/*.hpp record/*.hpp replay/*.hpp)
endfunction()

# howdah_adapter(NAME PACKAGE PACKAGE LINKS LIBRARY... SOURCES FILE...)
# A part of the folder observe that needs another library, in a subfolder of its name. howdah_adapters_library() makes the targets
# that users link.
function(howdah_adapter name)
  cmake_parse_arguments(arg "" "PACKAGE" "LINKS;SOURCES" ${ARGN})
  find_package(${arg_PACKAGE} QUIET GLOBAL)
  if(NOT ${arg_PACKAGE}_FOUND)
    message(STATUS "howdah::${name} is not built: ${arg_PACKAGE} was not found")
    return()
  endif()
  add_library(howdah_${name} STATIC ${arg_SOURCES})
  target_link_libraries(howdah_${name} PUBLIC howdah_observe ${arg_LINKS} PRIVATE $<BUILD_INTERFACE:howdah_flags>)
  set_target_properties(howdah_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  set_property(GLOBAL APPEND PROPERTY HOWDAH_ADAPTERS ${name})
  set_property(GLOBAL PROPERTY HOWDAH_ADAPTER_${name}_LINKS ${arg_LINKS})
  howdah_headers_alone(${name} ${name}/*.hpp ${name}/detail/*.hpp)
endfunction()

# howdah_headers_alone(FOLDER PATTERN...)
# Compiles each header of a folder by itself, with what the folder is linked to. Only on demand: target headers_alone.
# A header that its own source includes first has stood alone there, where each source is compiled by itself (Clang's build).
function(howdah_headers_alone folder)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${ARGN})
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "hpp$" "cpp" own_source ${PROJECT_SOURCE_DIR}/${header})
    if(EXISTS ${own_source})
      file(STRINGS ${own_source} first_include REGEX "^#include" LIMIT_COUNT 1)
      if(first_include STREQUAL "#include \"${header}\"")
        list(REMOVE_ITEM headers ${header})
      endif()
    endif()
  endforeach()
  if(NOT headers)
    return()
  endif()
  foreach(header IN LISTS headers)
    set(source ${CMAKE_BINARY_DIR}/headers_alone/${header}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
    list(APPEND sources ${source})
  endforeach()
  add_library(headers_alone_${folder} OBJECT EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(headers_alone_${folder} PRIVATE howdah_${folder} howdah_flags)
  target_compile_options(headers_alone_${folder} PRIVATE -O0 -g0)
  add_dependencies(headers_alone headers_alone_${folder})
endfunction()

# howdah_test(NAME LABELS LABEL... LINKS LIBRARY... SOURCES FILE... [FIXTURE postgres] [TIMEOUT SECONDS] [MATRIX] [SERIAL]
#             [WHOLE])
# One test executable; each of its tests is one of CTest's. What has threads is labelled so, and runs under TSan too.
# SERIAL: its tests share something on the server, and run one after another.
# WHOLE: it is one of CTest's tests as a whole, because its tests share something that takes long to start.
# MATRIX: it runs on every version of PostgreSQL too (tests/matrix.cmake.in).
function(howdah_test name)
  cmake_parse_arguments(arg "MATRIX;SERIAL;WHOLE" "FIXTURE;TIMEOUT" "LABELS;SOURCES;LINKS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE howdah_flags GTest::gtest_main GTest::gmock ${arg_LINKS})
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests
    UNITY_BUILD ${HOWDAH_UNITY_PROGRAMS} UNITY_BUILD_BATCH_SIZE 8)
  if(TARGET precompiled_tests AND "howdah_async" IN_LIST arg_LINKS)
    target_precompile_headers(test_${name} REUSE_FROM precompiled_tests)
  endif()
  if("${arg_LABELS}" MATCHES "(^|;)(async|pool|cluster|notify|observe|threads)(;|$)")
    list(APPEND arg_LABELS threads)
    list(REMOVE_DUPLICATES arg_LABELS)
    add_dependencies(threaded_tests test_${name})
  endif()
  if(arg_MATRIX)
    set_property(GLOBAL APPEND PROPERTY HOWDAH_MATRIX ${name})
  endif()
  set(properties TIMEOUT ${arg_TIMEOUT})
  if(arg_SERIAL)
    list(APPEND properties RESOURCE_LOCK ${name})
  endif()
  if(arg_FIXTURE)
    list(APPEND properties FIXTURES_REQUIRED ${arg_FIXTURE} ENVIRONMENT HOWDAH_TEST_SERVER=${CMAKE_BINARY_DIR}/tests/server.json)
  endif()
  if(arg_WHOLE)
    add_test(NAME ${name} COMMAND test_${name})
    # Skipped is what has passed none and failed none.
    set_tests_properties(${name} PROPERTIES ${properties} LABELS "${arg_LABELS}"
      SKIP_REGULAR_EXPRESSION "PASSED  . 0 tests[.]\n(.  SKIPPED [^\n]*\n)+$")
    return()
  endif()
  gtest_discover_tests(test_${name} TEST_PREFIX ${name}. TEST_LIST test_${name}_tests DISCOVERY_TIMEOUT 60
    PROPERTIES ${properties})
  # PROPERTIES of discovered tests can't hold a list, so the labels follow in a file of their own.
  set(labels ${CMAKE_CURRENT_BINARY_DIR}/test_${name}_labels.cmake)
  file(CONFIGURE OUTPUT ${labels} @ONLY CONTENT
    "if(test_@name@_tests)\n  set_tests_properties(\${test_@name@_tests} PROPERTIES LABELS \"@arg_LABELS@\")\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${labels})
endfunction()
