# The processor that is built for: CMake would take that of the Mac, and kernels are chosen by it. Setting the system
# makes CMake take this for a cross build, which leaves both as they stand here.
if(NOT CMAKE_HOST_SYSTEM_NAME STREQUAL "Darwin")
  message(FATAL_ERROR "convkit's addon for macOS is built on a Mac: nothing else here can link for it.")
endif()
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_OSX_ARCHITECTURES})
