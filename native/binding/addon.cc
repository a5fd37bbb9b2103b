#include <napi.h>

#include "binding/async_build.h"
#include "binding/environment.h"
#include "binding/errors.h"
#include "binding/program_handle.h"
#include "binding/program_spec.h"
#include "binding/result_memory.h"
#include "binding/roof.h"
#include "binding/run_async.h"
#include "binding/run_sync.h"
#include "binding/runtime.h"
#include "binding/staged_constants.h"
#include "program/program.h"
#include "program/schema_hash.h"

namespace convkit {
namespace {

Napi::Value createProgram(const Napi::CallbackInfo& info) {
  const SpecReader reader(info[0]);
  return makeProgramHandle(info.Env(), Program::create(reader.spec()));
}

Napi::Value disposeProgram(const Napi::CallbackInfo& info) {
  disposeProgramHandle(info[0]);
  return info.Env().Undefined();
}

Napi::Value describeProgram(const Napi::CallbackInfo& info) {
  Napi::Array steps = Napi::Array::New(info.Env());
  for (const StepDescription& description : programOf(info[0])->describe()) {
    Napi::Object step = Napi::Object::New(info.Env());
    step.Set("algorithm", description.algorithm);
    step.Set("reason", description.reason);
    steps.Set(steps.Length(), step);
  }
  return steps;
}

Napi::Value memoryOfProgram(const Napi::CallbackInfo& info) {
  const std::shared_ptr<const Program> program = programOf(info[0]);
  Napi::Object memory = Napi::Object::New(info.Env());
  memory.Set("arenaBytes", static_cast<double>(program->arenaBytes()));
  memory.Set("residentBytes", static_cast<double>(program->residentBytes()));
  return memory;
}

template <Napi::Value (*kFunction)(const Napi::CallbackInfo&)>
void add(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<guarded<kFunction>>(exports.Env(), name));
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  Environment::install(env);
  exports.Set("schema", kSchemaHash);
  add<createProgram>(exports, "createProgram");
  add<stageConstants>(exports, "stageConstants");
  add<appendConstant>(exports, "appendConstant");
  add<createProgramAsync>(exports, "createProgramAsync");
  add<runSync>(exports, "run");
  add<runAsync>(exports, "runAsync");
  add<cancelRun>(exports, "cancel");
  add<allocateResult>(exports, "allocate");
  add<memoryUse>(exports, "memoryUse");
  add<releaseMemory>(exports, "releaseMemory");
  add<disposeProgram>(exports, "dispose");
  add<describeProgram>(exports, "describe");
  add<profileRun>(exports, "profile");
  add<memoryOfProgram>(exports, "memory");
  add<runtimeFacts>(exports, "runtime");
  add<setThreads>(exports, "setThreads");
  add<constantId>(exports, "constantId");
  add<roofOfMachine>(exports, "roof");
  return exports;
}

}  // namespace
}  // namespace convkit

static Napi::Object initializeConvkit(Napi::Env env, Napi::Object exports) {
  return convkit::initialize(env, exports);
}

NODE_API_MODULE(convkit, initializeConvkit)
