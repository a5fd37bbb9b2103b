#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

// A program as it crosses from JavaScript; see binding.d.ts. Everything is borrowed while
// Program::create runs and not afterwards.
struct ProgramSpec {
  const double* slot_sizes;
  const uint8_t* slot_types;
  size_t slot_count;
  const int32_t* inputs;
  size_t input_count;
  const int32_t* outputs;
  size_t output_count;
  const int32_t* constant_slots;
  const float* const* constants;
  const size_t* constant_lengths;
  // Names each constant's numbers in the whole process, for programs to share what they pack of them; 0 where
  // they may change.
  const double* constant_ids;
  size_t constant_count;
  const int32_t* code;
  size_t code_length;
  const double* scalars;
  size_t scalar_count;
  // At most so many take part in a run; 0 for all of the pool.
  int32_t threads;
};

// How a step will be run, for people.
struct StepDescription {
  std::string algorithm;
  std::string reason;
};

// A run that cannot go on because of the values it was given. Nothing was written.
class RunError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The run was asked to stop. Its outputs are unspecified.
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("the run was cancelled") {}
};

// A planned program: algorithms chosen, constants packed, memory laid out. Immutable, so that any
// number of threads may run it at once; each run takes its own arena.
class Program {
 public:
  struct Port {
    int64_t size;
    SlotType type;
  };

  // Throws std::invalid_argument where the spec is inconsistent, std::bad_alloc. The first form
  // plans for activeIsa().
  static std::shared_ptr<const Program> create(const ProgramSpec& spec);
  static std::shared_ptr<const Program> create(const ProgramSpec& spec, Isa isa);
  // The same, which stops at the next step and throws Cancelled once `*cancelled` is true.
  static std::shared_ptr<const Program> create(const ProgramSpec& spec, Isa isa,
                                               const std::atomic<bool>* cancelled);

  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const std::vector<Port>& inputs() const;
  const std::vector<Port>& outputs() const;

  // One pointer a port, each at least as long as the port says and none overlapping another.
  // `cancelled` may be null. Throws RunError, Cancelled or std::bad_alloc.
  // `step_nanoseconds` may be null; else it gets one number a step of the spec: how long its ops took, among
  // them those that bring its operands into the layouts it wants. Writing the outputs counts for the last
  // step.
  void run(const void* const* inputs, void* const* outputs, const std::atomic<bool>* cancelled,
           double* step_nanoseconds = nullptr) const;

  // One entry a step of the spec.
  std::vector<StepDescription> describe() const;

  // Memory that the program holds between runs: packed constants and tables.
  size_t residentBytes() const;
  // Memory for intermediate values, which each run takes for itself.
  size_t arenaBytes() const;

 private:
  struct Impl;
  explicit Program(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace convkit
