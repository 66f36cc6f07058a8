# README must show PROGRAM, which is compiled and run by a test, word for word.
file(READ ${PROGRAM} program)
file(READ ${README} readme)
string(FIND "${readme}" "```cpp\n${program}```" at)
if(at EQUAL -1)
  message(FATAL_ERROR "${README} does not show ${PROGRAM} as it is")
endif()
