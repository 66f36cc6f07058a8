# The library that users link, put together from the folders of the house.
include_guard()

# howdah_library(FOLDER...)
# The target howdah (howdah::howdah), static or shared by BUILD_SHARED_LIBS, from those of the folders that exist.
function(howdah_library)
  foreach(folder IN LISTS ARGN)
    if(TARGET howdah_${folder})
      list(APPEND objects $<TARGET_OBJECTS:howdah_${folder}>)
    endif()
  endforeach()
  add_library(howdah ${objects})
  add_library(howdah::howdah ALIAS howdah)
  set_target_properties(howdah PROPERTIES LINKER_LANGUAGE CXX VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  target_compile_features(howdah PUBLIC cxx_std_20)
  target_include_directories(howdah PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(howdah
    PUBLIC Boost::headers
    PRIVATE OpenSSL::SSL OpenSSL::Crypto Libidn::Libidn Threads::Threads $<BUILD_INTERFACE:howdah_flags>)
endfunction()

# howdah_ops_library()
# howdah::ops as it is installed, for those who run a status server: the folder's objects on top of the library.
function(howdah_ops_library)
  add_library(howdah_ops_library STATIC $<TARGET_OBJECTS:howdah_ops>)
  add_library(howdah::ops ALIAS howdah_ops_library)
  set_target_properties(howdah_ops_library PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME howdah_ops EXPORT_NAME ops)
  target_link_libraries(howdah_ops_library PUBLIC howdah PRIVATE Threads::Threads)
endfunction()

# howdah_testing_library()
# howdah::testing as it is installed, for users' tests: the folder's objects on top of the library.
function(howdah_testing_library)
  add_library(howdah_testing_library STATIC $<TARGET_OBJECTS:howdah_testing>)
  set_target_properties(howdah_testing_library PROPERTIES
    LINKER_LANGUAGE CXX OUTPUT_NAME howdah_testing EXPORT_NAME testing)
  target_link_libraries(howdah_testing_library PUBLIC howdah PRIVATE OpenSSL::Crypto Threads::Threads)
endfunction()

# howdah_adapters_library()
# howdah::spdlog and howdah::prometheus as they are installed: each adapter's objects on top of the library.
function(howdah_adapters_library)
  get_property(adapters GLOBAL PROPERTY HOWDAH_ADAPTERS)
  foreach(name IN LISTS adapters)
    get_property(links GLOBAL PROPERTY HOWDAH_ADAPTER_${name}_LINKS)
    add_library(howdah_${name}_library STATIC $<TARGET_OBJECTS:howdah_${name}>)
    add_library(howdah::${name} ALIAS howdah_${name}_library)
    set_target_properties(howdah_${name}_library PROPERTIES
      LINKER_LANGUAGE CXX OUTPUT_NAME howdah_${name} EXPORT_NAME ${name})
    target_link_libraries(howdah_${name}_library PUBLIC howdah ${links})
  endforeach()
endfunction()
