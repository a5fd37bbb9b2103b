#include "binding/program_handle.h"

#include <cstdint>
#include <stdexcept>
#include <utility>

namespace convkit {
namespace {

constexpr napi_type_tag kTag = {0x8f3a5c1be7d94260, 0xa6e02b97145fd83c};

struct Holder {
  std::shared_ptr<const Program> program;
  int64_t accounted_bytes = 0;

  void account(napi_env env) {
    accounted_bytes = static_cast<int64_t>(program->residentBytes());
    int64_t total = 0;
    napi_adjust_external_memory(env, accounted_bytes, &total);
  }

  void release(napi_env env) {
    int64_t total = 0;
    if (accounted_bytes != 0) napi_adjust_external_memory(env, -accounted_bytes, &total);
    accounted_bytes = 0;
    program.reset();
  }
};

using Handle = Napi::External<Holder>;

Holder& holderOf(Napi::Value value) {
  if (!value.IsExternal()) throw std::invalid_argument("program must be a program handle");
  const Handle handle = value.As<Handle>();
  if (!handle.CheckTypeTag(&kTag))
    throw std::invalid_argument("program must be a program handle of this addon");
  return *handle.Data();
}

}  // namespace

Napi::Value makeProgramHandle(Napi::Env env, std::shared_ptr<const Program> program) {
  auto holder = std::make_unique<Holder>();
  holder->program = std::move(program);
  const Handle handle = Handle::New(env, holder.get(), [](Napi::Env finalizing_env, Holder* held) {
    held->release(finalizing_env);
    delete held;
  });
  Holder* const held = holder.release();
  handle.TypeTag(&kTag);
  held->account(env);
  return handle;
}

std::shared_ptr<const Program> programOf(Napi::Value value) {
  const Holder& holder = holderOf(value);
  if (holder.program == nullptr) throw std::invalid_argument("the program was disposed of");
  return holder.program;
}

void disposeProgramHandle(Napi::Value value) { holderOf(value).release(value.Env()); }

}  // namespace convkit
