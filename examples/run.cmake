# Runs PROGRAM on the server that the file SERVER describes, with ARGUMENTS; its output must match SAYS.
file(READ ${SERVER} server)
string(JSON dsn GET "${server}" dsn)
execute_process(COMMAND ${PROGRAM} ${dsn} ${ARGUMENTS} OUTPUT_VARIABLE output ECHO_OUTPUT_VARIABLE COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "${SAYS}")
  message(FATAL_ERROR "its output does not match: ${SAYS}")
endif()
