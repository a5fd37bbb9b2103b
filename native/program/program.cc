#include "program/program.h"

#include <algorithm>
#include <chrono>
#include <climits>
#include <optional>
#include <string>

#include "core/denormals.h"
#include "core/slowdown.h"
#include "program/decode.h"
#include "program/planner.h"

namespace convkit {

struct Program::Impl {
  Plan plan;
  std::vector<Port> inputs, outputs;
  size_t resident_bytes = 0;
  int most_threads = INT_MAX;
};

namespace {

std::vector<Program::Port> portsOf(const DecodedProgram& program, const std::vector<int32_t>& slots) {
  std::vector<Program::Port> ports;
  for (const int32_t slot : slots) ports.push_back({program.slots[slot].size, program.slots[slot].type});
  return ports;
}

size_t residentBytesOf(const Plan& plan) {
  size_t bytes = 0;
  for (const auto& constant : plan.constants) bytes += constant->size();
  for (const auto& op : plan.ops) bytes += op->residentBytes();
  return bytes;
}

size_t roundUp(size_t bytes) { return (bytes + kSlack + kAlignment - 1) / kAlignment * kAlignment; }

bool isSet(const std::atomic<bool>* flag) { return flag && flag->load(std::memory_order_relaxed); }

// Adds what each op takes to its step's number, if anybody wants to know.
class StepTimer {
 public:
  using Clock = std::chrono::steady_clock;

  StepTimer(const Plan& plan, double* nanoseconds) : plan_(plan), nanoseconds_(nanoseconds) {
    if (!nanoseconds) return;
    std::fill_n(nanoseconds, plan.descriptions.size(), 0.0);
    last_ = Clock::now();
  }

  void finished(size_t op) {
    if (!nanoseconds_) return;
    const Clock::time_point now = Clock::now();
    if (plan_.steps[op] >= 0) {
      nanoseconds_[plan_.steps[op]] += std::chrono::duration<double, std::nano>(now - last_).count();
    }
    last_ = now;
  }

 private:
  const Plan& plan_;
  double* const nanoseconds_;
  Clock::time_point last_;
};

// What a step says of values that it cannot work with, and which step it is.
void runOp(const Plan& plan, size_t op, const RunContext& context) {
  try {
    plan.ops[op]->run(context);
  } catch (const RunError& error) {
    throw RunError("step " + std::to_string(plan.steps[op]) + ": " + error.what());
  }
}

void* addressOf(const Place& place, const Plan& plan, char* arena, const void* const* inputs,
                void* const* outputs) {
  switch (place.storage) {
    case Storage::kInput:
      return const_cast<void*>(inputs[place.index]);
    case Storage::kOutput:
      return outputs[place.index];
    case Storage::kConstant:
      return const_cast<void*>(plan.constants[place.index]->data());
    default:
      return arena + place.index;
  }
}

}  // namespace

Program::Program(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Program::~Program() = default;

std::shared_ptr<const Program> Program::create(const ProgramSpec& spec) { return create(spec, activeIsa()); }

std::shared_ptr<const Program> Program::create(const ProgramSpec& spec, Isa isa) {
  return create(spec, isa, nullptr);
}

std::shared_ptr<const Program> Program::create(const ProgramSpec& spec, Isa isa,
                                               const std::atomic<bool>* cancelled) {
  const DecodedProgram decoded = decodeProgram(spec);
  auto impl = std::make_unique<Impl>();
  impl->inputs = portsOf(decoded, decoded.inputs);
  impl->outputs = portsOf(decoded, decoded.outputs);
  impl->plan = planProgram(decoded, isa, Concatenations::kInPlace, cancelled);
  impl->resident_bytes = residentBytesOf(impl->plan);
  if (spec.threads > 0) impl->most_threads = spec.threads;
  return std::shared_ptr<const Program>(new Program(std::move(impl)));
}

const std::vector<Program::Port>& Program::inputs() const { return impl_->inputs; }
const std::vector<Program::Port>& Program::outputs() const { return impl_->outputs; }
std::vector<StepDescription> Program::describe() const { return impl_->plan.descriptions; }
size_t Program::residentBytes() const { return impl_->resident_bytes; }
size_t Program::arenaBytes() const { return impl_->plan.arena_bytes; }

// One block of scratch holds everything that the run needs: the arena, each thread's scratch, and
// the addresses of the values.
void Program::run(const void* const* inputs, void* const* outputs, const std::atomic<bool>* cancelled,
                  double* step_nanoseconds) const {
  const Plan& plan = impl_->plan;
  const int threads = std::min(ThreadPool::instance().threads(), impl_->most_threads);
  // 128 bytes more keep neighbours' scratch off one another's cache lines.
  const size_t stride = plan.thread_scratch_bytes == 0 ? 0 : roundUp(plan.thread_scratch_bytes) + 128;
  const size_t arena = roundUp(plan.arena_bytes);
  Scratch scratch = Scratch::acquire(arena + stride * threads + plan.places.size() * sizeof(void*));
  char* base = scratch.data<char>();
  void** values = reinterpret_cast<void**>(base + arena + stride * threads);
  for (size_t id = 0; id < plan.places.size(); ++id) {
    values[id] = addressOf(plan.places[id], plan, base, inputs, outputs);
  }
  const RunContext context{values, threads, base + arena, stride, cancelled};
  const FlushDenormals flush;
  // Between two parallel steps there may be some that are not.
  std::optional<ThreadPool::Attention> attention;
  if (threads > 1 && plan.ops.size() > 1) attention.emplace();
  StepTimer timer(plan, step_nanoseconds);
  Slowdown slowdown;
  for (size_t op = 0; op < plan.ops.size(); ++op) {
    if (isSet(cancelled)) throw Cancelled();
    slowdown.start();
    runOp(plan, op, context);
    slowdown.finish();
    timer.finished(op);
  }
  if (isSet(cancelled)) throw Cancelled();
}

}  // namespace convkit
