# Lets the addon load with the oldest glibc that is supported, whatever the machine that links it has.
# docs/decisions/0020-linked-against-an-old-glibc.md says why so.
set(glibc_stubs ${CMAKE_CURRENT_BINARY_DIR}/glibc)
execute_process(
  COMMAND node ${CMAKE_CURRENT_SOURCE_DIR}/scripts/packages/glibc-stubs.mjs ${CMAKE_CXX_COMPILER} ${glibc_stubs}
  COMMAND_ERROR_IS_FATAL ANY)
# Before the system's folders: -lc and -lm, which the compiler adds, are found here.
target_link_options(convkit PRIVATE -L${glibc_stubs})
target_sources(convkit PRIVATE native/glibc/newer_symbols.cc)
