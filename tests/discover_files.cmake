# After PROGRAM is built: one test of CTest per source file that has cases of SPEC, written to OUTPUT.
execute_process(COMMAND ${PROGRAM} --filenames-as-tags --list-tags ${SPEC} OUTPUT_VARIABLE tags)
string(REGEX MATCHALL "\\[#[^]]+\\]" files "${tags}")
if(NOT files)
  message(FATAL_ERROR "${PROGRAM} has no test for '${SPEC}'")
endif()
set(script "")
set(tests "")
foreach(file ${files})
  string(REGEX REPLACE "[][#]" "" name ${file})
  set(test "[==[${name} (${LABEL})]==]")
  string(REPLACE "," "${file}," spec "${SPEC}${file}")  # a comma means `or`
  # The durations say in which case a test stood when its time was up.
  string(APPEND script "add_test(${test} ${PROGRAM} --filenames-as-tags --durations yes [==[${spec}]==])\n"
                       "set_tests_properties(${test} PROPERTIES LABELS ${LABEL} TIMEOUT ${TIMEOUT})\n")
  string(APPEND tests " ${test}")
endforeach()
file(WRITE ${OUTPUT} "${script}set(${LIST}${tests})\n")
