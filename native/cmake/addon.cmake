# The Node-API addon: one self-contained file.
execute_process(
  COMMAND node -p "require('node-addon-api').include_dir"
  WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
  OUTPUT_VARIABLE node_addon_api_dir
  OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
get_filename_component(node_addon_api_dir ${node_addon_api_dir} ABSOLUTE)

file(GLOB binding_sources CONFIGURE_DEPENDS native/binding/*.cc)
add_library(convkit SHARED ${binding_sources} ${CMAKE_JS_SRC})
set_target_properties(convkit PROPERTIES PREFIX "" SUFFIX ".node")
target_include_directories(convkit SYSTEM PRIVATE ${CMAKE_JS_INC} ${CONVKIT_NODE_HEADERS} ${node_addon_api_dir})
target_compile_definitions(convkit PRIVATE NAPI_VERSION=8 NODE_ADDON_API_CPP_EXCEPTIONS
                                           NODE_ADDON_API_DISABLE_DEPRECATED
                                           NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS)
target_link_libraries(convkit PRIVATE convkit_core ${CMAKE_JS_LIB})
convkit_set_warnings(convkit)

if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  # nodelete: unloading code under a live pool thread would crash. The symbol list keeps this file's own copy of
  # libstdc++ apart from the one that the process already has. relro, now: the table of foreign addresses becomes
  # read-only as soon as it is filled.
  set(exports ${CMAKE_CURRENT_SOURCE_DIR}/native/binding/exports.map)
  target_link_options(convkit PRIVATE -Wl,-z,nodelete,-z,relro,-z,now -Wl,--gc-sections -Wl,--version-script=${exports})
  set_target_properties(convkit PROPERTIES LINK_DEPENDS ${exports})
  target_link_options(convkit PRIVATE $<$<CONFIG:Release>:-s>)
  if(NOT CONVKIT_SANITIZE)
    target_link_options(convkit PRIVATE -static-libstdc++ -static-libgcc)
  endif()
  if(CONVKIT_OLDEST_GLIBC)
    include(oldest-glibc)
  endif()
elseif(APPLE)
  include(apple_addon)
elseif(MINGW)
  include(mingw_addon)
elseif(MSVC AND CMAKE_JS_NODELIB_DEF AND CMAKE_JS_NODELIB_TARGET)
  execute_process(COMMAND ${CMAKE_AR} /def:${CMAKE_JS_NODELIB_DEF} /out:${CMAKE_JS_NODELIB_TARGET}
                          ${CMAKE_STATIC_LINKER_FLAGS})
endif()
