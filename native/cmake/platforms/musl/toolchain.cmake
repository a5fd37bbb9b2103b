# Builds for musl, for CMAKE_SYSTEM_PROCESSOR, with Debian's g++ and musl-dev, and with its libstdc++ and libgcc although
# these were compiled for glibc: docs/decisions/0021-musl-with-the-runtime-of-glibc.md says why that holds.
set(CMAKE_SYSTEM_NAME Linux)
# By its long name Debian has the compiler on every machine: the machine's own, or a cross compiler.
set(CMAKE_CXX_COMPILER ${CMAKE_SYSTEM_PROCESSOR}-linux-gnu-g++)
set(musl ${CMAKE_SYSTEM_PROCESSOR}-linux-musl)
set(musl_specs /usr/lib/${musl}/musl-gcc.specs)
if(NOT EXISTS ${musl_specs})
  message(FATAL_ERROR "${musl_specs} is missing: it is in Debian's package musl-dev for that processor.")
endif()

# Instead of the compiler's own folders: first libstdc++'s, whose headers mean the next ones of the same name, then C's.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -E -v -x c++ /dev/null OUTPUT_QUIET ERROR_VARIABLE answer)
string(REGEX MATCHALL "\n /[^\n]*/c\\+\\+/[^\n]*" libstdcxx "${answer}")
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=include OUTPUT_VARIABLE gcc OUTPUT_STRIP_TRAILING_WHITESPACE)
set(musl_flags "-nostdinc -nostdinc++")
foreach(folder ${CMAKE_CURRENT_LIST_DIR}/include ${libstdcxx} /usr/include/${musl} ${gcc})
  string(STRIP "${folder}" folder)
  string(APPEND musl_flags " -isystem ${folder}")
endforeach()
set(CMAKE_CXX_FLAGS_INIT "${musl_flags}")

# musl's libc.so does not say its name. By the one that Alpine gives it, people and glibc's loader see which C library is
# wanted. For the -lc that comes later nothing is left to do.
set(musl_libc libc.musl-${CMAKE_SYSTEM_PROCESSOR}.so.1)
file(CREATE_LINK /usr/lib/${musl}/libc.so ${CMAKE_BINARY_DIR}/${musl_libc} SYMBOLIC)
set(CMAKE_CXX_STANDARD_LIBRARIES_INIT "-L${CMAKE_BINARY_DIR} -l:${musl_libc}")
# The specs are for C: they leave out the table by which exceptions find their way.
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-specs=${musl_specs} -Wl,--eh-frame-hdr,--as-needed")
set(CMAKE_EXE_LINKER_FLAGS_INIT "${CMAKE_SHARED_LINKER_FLAGS_INIT} -static-libstdc++ -static-libgcc")

# What libstdc++ and libgcc take of glibc.
set(native ${CMAKE_CURRENT_LIST_DIR}/../../..)
set(CONVKIT_RUNTIME_SOURCES ${native}/glibc/newer_symbols.cc ${native}/musl/glibc_names.cc)
