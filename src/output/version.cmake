# Writes laggard_version.hpp; run at every build, so that the commit is the one that was built.
execute_process(COMMAND git rev-parse HEAD WORKING_DIRECTORY ${SOURCE_DIR}
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
                RESULT_VARIABLE failure ERROR_QUIET)
set(dirty 0)
if(failure)
  set(commit "unknown")
else()
  execute_process(COMMAND git status --porcelain --untracked-files=no
                  WORKING_DIRECTORY ${SOURCE_DIR} OUTPUT_VARIABLE changes ERROR_QUIET)
  if(NOT changes STREQUAL "")
    set(dirty 1)
  endif()
endif()
set(text "#pragma once
#define LAGGARD_VERSION \"${VERSION}\"
#define LAGGARD_GIT_COMMIT \"${commit}\"
#define LAGGARD_GIT_DIRTY ${dirty}
")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
