#include "core/os/thread_name.h"

#include "core/os/windows/windows.h"

namespace convkit {

// Windows has the function since 10.1607, so it is asked for by name.
void nameThisThread(const char* name) {
  using SetDescription = HRESULT(WINAPI*)(HANDLE, PCWSTR);
  const auto function = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "SetThreadDescription");
  if (function == nullptr) return;
  wchar_t wide[16] = {};
  for (int i = 0; i < 15 && name[i] != '\0'; ++i) wide[i] = static_cast<unsigned char>(name[i]);
  reinterpret_cast<SetDescription>(reinterpret_cast<void (*)()>(function))(GetCurrentThread(), wide);
}

}  // namespace convkit
