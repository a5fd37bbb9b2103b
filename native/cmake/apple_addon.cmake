# Apple's linker has its own way to say each thing: Node-API's functions are found in the process that loads the addon,
# what nobody calls is left out, only what exports.map lists is seen from outside, and local symbols are not kept.
file(STRINGS ${CMAKE_CURRENT_SOURCE_DIR}/native/binding/exports.map lines REGEX "^ +[a-z0-9_]+;$")
set(exports ${CMAKE_CURRENT_BINARY_DIR}/exports.txt)
file(WRITE ${exports} "")
foreach(line ${lines})
  string(REGEX REPLACE "[ ;]" "" name "${line}")
  file(APPEND ${exports} "_${name}\n")
endforeach()
target_link_options(convkit PRIVATE -Wl,-undefined,dynamic_lookup -Wl,-dead_strip -Wl,-exported_symbols_list,${exports}
                                    $<$<CONFIG:Release>:-Wl,-x,-S>)
