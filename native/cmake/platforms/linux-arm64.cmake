include(${CMAKE_CURRENT_LIST_DIR}/../aarch64-linux-gnu.cmake)
set(CONVKIT_OLDEST_GLIBC ON)
