# cmake -DCOMPILER=... -DFLAGS=... -DSOURCE=... -DWORDS=... -P refuse.cmake
# With HOWDAH_CONTROL the source must compile; without it, it must not, and the compiler must say WORDS.

function(compile define result words)
  execute_process(COMMAND ${COMPILER} ${FLAGS} ${define} -fsyntax-only ${SOURCE}
    RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
  set(${result} ${code} PARENT_SCOPE)
  set(${words} "${said}" PARENT_SCOPE)
endfunction()

compile(-DHOWDAH_CONTROL control said)
if(NOT control EQUAL 0)
  message(FATAL_ERROR "The control does not compile:\n${said}")
endif()
compile(-UHOWDAH_CONTROL refused said)
if(refused EQUAL 0)
  message(FATAL_ERROR "It compiles, and must not")
endif()
string(FIND "${said}" "${WORDS}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "The compiler does not say \"${WORDS}\", but:\n${said}")
endif()
