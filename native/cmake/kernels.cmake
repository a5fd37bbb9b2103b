# The instruction sets of a kernel family's thin instantiation files. No other file gets such a flag: an inline
# function compiled for AVX-512 and kept by the linker would be an illegal instruction on an older machine.
set(CONVKIT_FLAGS_baseline "")
set(CONVKIT_FLAGS_neon "")
set(CONVKIT_FLAGS_avx2 -mavx2 -mfma -mf16c)
set(CONVKIT_FLAGS_avx512 -mavx512f -mavx512cd -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma -mf16c)

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(CONVKIT_ISAS baseline avx2 avx512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
  set(CONVKIT_ISAS baseline neon)
else()
  set(CONVKIT_ISAS baseline)
endif()

# The sources in native/kernels that this processor can use, with their flags set on them.
function(convkit_kernel_sources result)
  file(GLOB sources CONFIGURE_DEPENDS native/kernels/*.cc native/kernels/*/*.cc)
  foreach(isa baseline avx2 avx512 neon)
    set(files ${sources})
    list(FILTER files INCLUDE REGEX "/${isa}\\.cc$")
    if(NOT isa IN_LIST CONVKIT_ISAS)
      list(REMOVE_ITEM sources ${files})
      continue()
    endif()
    set(flags ${CONVKIT_FLAGS_${isa}})
    if(MSVC)
      list(TRANSFORM flags PREPEND /clang:)
    else()
      # The baseline's tiles spill, and large code helps them little: -Os costs it 5 % and saves a tenth of the addon.
      list(APPEND flags $<$<CONFIG:Release>:$<IF:$<STREQUAL:${isa},baseline>,-Os,-O3>>
           $<$<CONFIG:Release>:-fno-asynchronous-unwind-tables> -fno-exceptions -fno-rtti)
    endif()
    set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS "${flags}")
  endforeach()
  set(${result} ${sources} PARENT_SCOPE)
endfunction()
