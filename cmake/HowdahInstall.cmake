# cmake --install: the component `library` (headers, libraries, CMake package, pkg-config file) and the command.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/howdah)

install(TARGETS howdah EXPORT howdah_targets COMPONENT library)
if(TARGET howdah_testing_library)
  install(TARGETS howdah_testing_library EXPORT howdah_targets COMPONENT library)
endif()
# Each in a file of its own, which is read where it is asked for: it needs another library.
get_property(adapters GLOBAL PROPERTY HOWDAH_ADAPTERS)
foreach(name IN LISTS adapters)
  install(TARGETS howdah_${name}_library EXPORT howdah_${name}_targets COMPONENT library)
  install(EXPORT howdah_${name}_targets NAMESPACE howdah:: FILE howdah-${name}Targets.cmake
    DESTINATION ${package_dir} COMPONENT library)
endforeach()
install(EXPORT howdah_targets NAMESPACE howdah:: FILE howdahTargets.cmake DESTINATION ${package_dir} COMPONENT library)

# What users include. detail/ is the project's own, tools/ is a program.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/howdah DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library
  FILES_MATCHING PATTERN *.hpp PATTERN detail EXCLUDE PATTERN tools EXCLUDE)

configure_package_config_file(${PROJECT_SOURCE_DIR}/packaging/howdahConfig.cmake.in howdahConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(howdahConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/howdahConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/howdahConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindLibidn.cmake ${PROJECT_SOURCE_DIR}/cmake/FindPgQuery.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindZstd.cmake
  DESTINATION ${package_dir} COMPONENT library)

# A static library can't name what it needs, so its users link that too.
if(BUILD_SHARED_LIBS)
  set(HOWDAH_PC_PRIVATE .private)
endif()
# Relative to where the file lies, so that the installed tree can be moved.
file(RELATIVE_PATH HOWDAH_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
foreach(dir LIBDIR INCLUDEDIR)
  if(IS_ABSOLUTE ${CMAKE_INSTALL_${dir}})
    set(HOWDAH_PC_${dir} ${CMAKE_INSTALL_${dir}})
  else()
    set(HOWDAH_PC_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
  endif()
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/packaging/howdah.pc.in howdah.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/howdah.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT library)
