# Builds for Macs with Apple's processors, on any Mac. Node.js 20 runs from macOS 11 on.
set(CMAKE_OSX_ARCHITECTURES arm64 CACHE STRING "")
set(CMAKE_OSX_DEPLOYMENT_TARGET 11.0 CACHE STRING "")
include(${CMAKE_CURRENT_LIST_DIR}/darwin/cross.cmake)
