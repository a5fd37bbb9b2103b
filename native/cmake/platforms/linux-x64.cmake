# By its long name Debian and its kin have the compiler for x64 on every machine: their own, or a cross compiler.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_CXX_COMPILER x86_64-linux-gnu-g++)
set(CONVKIT_OLDEST_GLIBC ON)
