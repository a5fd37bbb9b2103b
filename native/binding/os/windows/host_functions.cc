// The Node-API functions come from the program that has loaded this file, or from the library that its
// Node.js stands in; none is looked for by the name node.exe, which Electron, Bun and a renamed Node.js do
// not have.
//
// All are bound when the file is loaded, so that a host without one of them refuses to load it and TypeScript
// carries on. And because the import library's own way, to bind a function when it is first called, saves no
// vector registers meanwhile: the number given to the first napi_create_double would be lost.

#include "core/os/windows/windows.h"
// Needs the one above.
#include <delayimp.h>

#include <initializer_list>

// Made by dlltool, from the name of the import library.
extern "C" const ImgDelayDescr __DELAY_IMPORT_DESCRIPTOR_node_api_a;
extern "C" const unsigned char __ImageBase;

namespace {

template <class T>
T* at(RVA offset) {
  return reinterpret_cast<T*>(const_cast<unsigned char*>(&__ImageBase) + offset);
}

FARPROC hostFunction(const char* name) {
  for (const char* library : {static_cast<const char*>(nullptr), "node.dll", "libnode.dll"}) {
    const HMODULE module = GetModuleHandleA(library);
    if (module == nullptr) continue;
    if (const FARPROC function = GetProcAddress(module, name)) return function;
  }
  return nullptr;
}

bool bindHostFunctions() {
  const ImgDelayDescr& imports = __DELAY_IMPORT_DESCRIPTOR_node_api_a;
  auto* name = at<IMAGE_THUNK_DATA>(imports.rvaINT);
  auto* address = at<IMAGE_THUNK_DATA>(imports.rvaIAT);
  for (; name->u1.AddressOfData != 0; ++name, ++address) {
    const auto* entry = at<IMAGE_IMPORT_BY_NAME>(static_cast<RVA>(name->u1.AddressOfData));
    const FARPROC function = hostFunction(reinterpret_cast<const char*>(entry->Name));
    if (function == nullptr) return false;
    address->u1.Function = reinterpret_cast<ULONG_PTR>(function);
  }
  return true;
}

}  // namespace

extern "C" BOOL WINAPI DllMain(HINSTANCE, DWORD reason, LPVOID) {
  return reason != DLL_PROCESS_ATTACH || bindHostFunctions();
}

// The import library calls it for what is not bound yet, of which there is nothing.
extern "C" FARPROC WINAPI __delayLoadHelper2(const ImgDelayDescr*, FARPROC*) { return nullptr; }
