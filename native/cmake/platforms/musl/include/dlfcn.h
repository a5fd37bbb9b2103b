// What Debian's libgcc, being compiled for glibc, knows of dlfcn.h, and musl's does not have: see
// native/glibc/newer_symbols.cc.
#pragma GCC system_header
#ifndef CONVKIT_MUSL_DLFCN
#define CONVKIT_MUSL_DLFCN

#include_next <dlfcn.h>

#define DLFO_STRUCT_HAS_EH_DBASE 0
#define DLFO_EH_SEGMENT_TYPE PT_GNU_EH_FRAME

// glibc's, field by field: it is libgcc that makes room for one.
struct dl_find_object {
  unsigned long long dlfo_flags;
  void* dlfo_map_start;
  void* dlfo_map_end;
  struct link_map* dlfo_link_map;
  void* dlfo_eh_frame;
  unsigned long long reserved[7];
};

extern "C" int _dl_find_object(void* address, dl_find_object* result) noexcept;

#endif
