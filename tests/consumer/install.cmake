# Installs to STAGE and moves it to PREFIX: an installed tree must not know where it was installed.
file(REMOVE_RECURSE ${STAGE} ${PREFIX})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${STAGE} COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${STAGE} ${PREFIX})

file(GLOB_RECURSE headers RELATIVE ${PREFIX}/include ${PREFIX}/include/*)
list(FILTER headers INCLUDE REGEX "/detail/|/tools/|\\.cpp$")
if(headers)
  message(FATAL_ERROR "installed, and not for users: ${headers}")
endif()
if(NOT EXISTS ${PREFIX}/include/howdah/howdah.hpp)
  message(FATAL_ERROR "howdah/howdah.hpp was not installed")
endif()
