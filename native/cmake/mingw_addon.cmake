# The Node-API functions are the host's own, whatever its file is called: node.exe, electron.exe, bun.exe. An ordinary
# import would load node.exe by its name, so they are imported late: native/binding/os/windows/host_functions.cc finds
# them in the process that is running.
set(def ${CMAKE_CURRENT_BINARY_DIR}/node_api.def)
set(import_library ${CMAKE_CURRENT_BINARY_DIR}/node_api.a)
set(def_sources ${CONVKIT_NODE_HEADERS}/../def/node_api.def ${CONVKIT_NODE_HEADERS}/../def/js_native_api.def)
set(names "")
foreach(source ${def_sources})
  file(STRINGS ${source} found REGEX "^[a-z]")
  list(APPEND names ${found})
endforeach()
list(REMOVE_DUPLICATES names)
list(JOIN names "\n" lines)
file(WRITE ${def} "LIBRARY node.exe\nEXPORTS\n${lines}\n")

# Called by its name alone: dlltool makes symbols of what it is given, and host_functions.cc knows them.
add_custom_command(
  OUTPUT ${import_library}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${import_library}
  COMMAND ${CMAKE_DLLTOOL} --def ${def} --dllname node.exe --output-delaylib node_api.a
  WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}
  DEPENDS ${def}
  VERBATIM)
add_custom_target(node_api_import DEPENDS ${import_library})
add_dependencies(convkit node_api_import)

target_sources(convkit PRIVATE native/binding/os/windows/host_functions.cc)
target_link_libraries(convkit PRIVATE ${import_library})
target_link_options(convkit PRIVATE -Wl,--gc-sections -Wl,--exclude-all-symbols -Wl,--no-insert-timestamp $<$<CONFIG:Release>:-s>)
set_target_properties(convkit PROPERTIES IMPORT_SUFFIX "" NO_SONAME ON)
