// What a static libstdc++ and libgcc, being compiled for the glibc of the machine that links them, take of it
// although the oldest one that is supported does not have it. Linked into published addons only, see
// native/cmake/oldest-glibc.cmake. Nobody else finds these definitions: exports.map hides them. A glibc that
// has its own is not asked.
#include <dlfcn.h>
#include <link.h>

#include <cstdint>

#if __has_include(<sys/single_threaded.h>)

#include <sys/single_threaded.h>

// Since glibc 2.32: while it is true, libstdc++ counts references without atomic instructions. False is
// always right.
char __libc_single_threaded = 0;

#endif

#ifdef DLFO_EH_SEGMENT_TYPE

// Since glibc 2.35, and taken by libgcc since version 12, which asks it where the unwind tables of a frame's
// code are, for each frame that an exception passes. Older libgccs walked through the loaded files as this
// does. A frame is found in dlfo_eh_frame alone; the other fields are filled in for whoever looks at them
// while debugging.
static_assert(DLFO_STRUCT_HAS_EH_DBASE == 0, "x86-32 would want the address of the global offset table too");

namespace {

struct Search {
  uintptr_t address;
  dl_find_object* result;
  bool is_found;
};

// 1 ends the walk: the address lies in this file, whether that has unwind tables or not.
int lookInto(dl_phdr_info* file, size_t, void* data) {
  Search& search = *static_cast<Search*>(data);
  const ElfW(Phdr)* around = nullptr;
  const ElfW(Phdr)* tables = nullptr;
  for (int i = 0; i < file->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = file->dlpi_phdr[i];
    const uintptr_t begin = file->dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_LOAD && search.address - begin < segment.p_memsz) around = &segment;
    if (segment.p_type == DLFO_EH_SEGMENT_TYPE) tables = &segment;
  }
  if (around == nullptr) return 0;
  if (tables == nullptr) return 1;
  const auto at = [&](uintptr_t offset) { return reinterpret_cast<void*>(file->dlpi_addr + offset); };
  *search.result = {};
  search.result->dlfo_map_start = at(around->p_vaddr);
  search.result->dlfo_map_end = at(around->p_vaddr + around->p_memsz);
  search.result->dlfo_eh_frame = at(tables->p_vaddr);
  search.is_found = true;
  return 1;
}

}  // namespace

extern "C" int _dl_find_object(void* address, dl_find_object* result) noexcept {
  Search search{reinterpret_cast<uintptr_t>(address), result, false};
  dl_iterate_phdr(lookInto, &search);
  return search.is_found ? 0 : -1;
}

#endif
