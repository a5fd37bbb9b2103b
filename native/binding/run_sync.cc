#include "binding/run_sync.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "binding/program_handle.h"
#include "binding/run_buffers.h"
#include "core/memory.h"

namespace convkit {
namespace {

// The addresses that a run reads. Integers are indices, which decide where the run writes, so it gets a copy
// that no other thread can change after they were checked.
class SyncInputs {
 public:
  SyncInputs(const Program& program, const std::vector<ArrayView>& views) {
    pointers_.reserve(views.size());
    for (size_t i = 0; i < views.size(); ++i) {
      const Program::Port& port = program.inputs()[i];
      pointers_.push_back(port.type == SlotType::kInt32 ? copyOf(views[i].data, bytesOf(port))
                                                        : views[i].data);
    }
  }
  const void* const* data() const { return pointers_.data(); }

 private:
  const void* copyOf(const void* data, size_t bytes) {
    copies_.push_back(Scratch::acquire(bytes));
    if (bytes > 0) std::memcpy(copies_.back().data(), data, bytes);
    return copies_.back().data();
  }

  std::vector<const void*> pointers_;
  std::vector<Scratch> copies_;
};

void runHere(const Program& program, const Napi::CallbackInfo& info, double* step_nanoseconds) {
  const RunBuffers buffers(program, info[1], info[2]);
  const SyncInputs inputs(program, buffers.inputs);
  std::vector<void*> outputs;
  outputs.reserve(buffers.outputs.size());
  for (const ArrayView& view : buffers.outputs) outputs.push_back(view.data);
  program.run(inputs.data(), outputs.data(), nullptr, step_nanoseconds);
}

}  // namespace

Napi::Value runSync(const Napi::CallbackInfo& info) {
  const std::shared_ptr<const Program> program = programOf(info[0]);
  runHere(*program, info, nullptr);
  return info.Env().Undefined();
}

Napi::Value profileRun(const Napi::CallbackInfo& info) {
  const std::shared_ptr<const Program> program = programOf(info[0]);
  std::vector<double> nanoseconds(program->describe().size());
  runHere(*program, info, nanoseconds.data());
  Napi::Float64Array result = Napi::Float64Array::New(info.Env(), nanoseconds.size());
  std::copy(nanoseconds.begin(), nanoseconds.end(), result.Data());
  return result;
}

}  // namespace convkit
