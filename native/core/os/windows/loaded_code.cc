#include "core/os/loaded_code.h"

#include "core/os/windows/windows.h"

namespace convkit {

void keepCodeLoaded() {
  HMODULE self;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&keepCodeLoaded), &self);
}

}  // namespace convkit
