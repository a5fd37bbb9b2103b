#include "program/decode.h"

#include <cmath>
#include <string>

#include "program/check_geometry.h"

namespace convkit {
namespace {

constexpr int64_t kMaxValues = INT32_MAX;

[[noreturn]] void fail(const std::string& what) { throw std::invalid_argument("createProgram: " + what); }

// What STEP_TABLE in src/program/step.ts says of a kind. Required operands and results come first.
struct KindFacts {
  int operands, required_operands;
  int results, required_results;
  int geometry;
  int scalars;
};

constexpr KindFacts kKindFacts[static_cast<int>(StepKind::kCount)] = {
    {5, 2, 1, 1, 25, 0},  // conv
    {5, 2, 1, 1, 25, 0},  // convTranspose
    {1, 1, 2, 1, 23, 0},  // maxPool
    {1, 1, 1, 1, 25, 0},  // avgPool
    {1, 1, 1, 1, 23, 1},  // lpPool
    {1, 1, 1, 1, 8, 0},   // adaptiveAvgPool
    {1, 1, 2, 1, 8, 0},   // adaptiveMaxPool
    {2, 2, 1, 1, 8, 0},   // maxUnpool
    {5, 3, 1, 1, 3, 1},   // batchNorm
    {3, 1, 1, 1, 3, 0},   // activation
    {5, 2, 1, 1, 3, 0},   // linear
    {1, 1, 1, 1, 3, 0},   // softmax
    {1, 1, 1, 1, 23, 0},  // im2col
    {1, 1, 1, 1, 23, 0},  // col2im
    {1, 1, 1, 1, 11, 0},  // pad
    {1, 1, 1, 1, 3, 0},   // transpose
    {1, 1, 1, 1, 1, 0},   // reshape
};

// Reads the code and scalar arrays in order, never beyond their ends.
class Reader {
 public:
  explicit Reader(const ProgramSpec& spec) : spec_(spec) {}

  bool done() const { return code_ == spec_.code_length; }
  bool allScalarsRead() const { return scalar_ == spec_.scalar_count; }

  int32_t integer() {
    if (code_ >= spec_.code_length) fail("the code ends in the middle of a step");
    return spec_.code[code_++];
  }
  double scalar() {
    if (scalar_ >= spec_.scalar_count) fail("too few scalars");
    return spec_.scalars[scalar_++];
  }
  int32_t below(int32_t limit, const char* what) {
    const int32_t value = integer();
    if (value < 0 || value >= limit) fail(std::string(what) + " " + std::to_string(value) + " is unknown");
    return value;
  }
  void expect(int32_t count, const char* what) {
    const int32_t value = integer();
    if (value != count) {
      fail(std::string(what) + " count is " + std::to_string(value) + ", expected " + std::to_string(count));
    }
  }
  Extent3 extent() {
    Extent3 e;
    e.d = integer();
    e.h = integer();
    e.w = integer();
    return e;
  }

 private:
  const ProgramSpec& spec_;
  size_t code_ = 0;
  size_t scalar_ = 0;
};

Window readWindow(Reader& reader) {
  Window window;
  window.input = reader.extent();
  window.output = reader.extent();
  window.kernel = reader.extent();
  window.stride = reader.extent();
  window.dilation = reader.extent();
  window.pad_front = reader.integer();
  window.pad_back = reader.integer();
  window.pad_top = reader.integer();
  window.pad_bottom = reader.integer();
  window.pad_left = reader.integer();
  window.pad_right = reader.integer();
  return window;
}

void readPool(Reader& reader, StepKind kind, PoolGeometry* pool) {
  pool->batch = reader.integer();
  pool->channels = reader.integer();
  pool->window = readWindow(reader);
  pool->count_include_pad = 0;
  pool->divisor_override = 0;
  if (kind == StepKind::kAvgPool) {
    pool->count_include_pad = reader.integer();
    pool->divisor_override = reader.integer();
  }
}

void readPad(Reader& reader, PadGeometry* pad) {
  pad->outer = reader.integer();
  pad->input = reader.extent();
  pad->pad_front = reader.integer();
  pad->pad_back = reader.integer();
  pad->pad_top = reader.integer();
  pad->pad_bottom = reader.integer();
  pad->pad_left = reader.integer();
  pad->pad_right = reader.integer();
  pad->mode = static_cast<PadMode>(reader.below(static_cast<int32_t>(PadMode::kCount), "pad mode"));
}

void readGeometry(Reader& reader, Step* step) {
  switch (step->kind) {
    case StepKind::kConv:
    case StepKind::kConvTranspose:
      step->conv.batch = reader.integer();
      step->conv.in_channels = reader.integer();
      step->conv.out_channels = reader.integer();
      step->conv.groups = reader.integer();
      step->conv.window = readWindow(reader);
      return;
    case StepKind::kMaxPool:
    case StepKind::kAvgPool:
    case StepKind::kLpPool:
    case StepKind::kIm2col:
    case StepKind::kCol2im:
      readPool(reader, step->kind, &step->pool);
      return;
    case StepKind::kAdaptiveAvgPool:
    case StepKind::kAdaptiveMaxPool:
    case StepKind::kMaxUnpool:
      step->resize.batch = reader.integer();
      step->resize.channels = reader.integer();
      step->resize.input = reader.extent();
      step->resize.output = reader.extent();
      return;
    case StepKind::kPad:
      readPad(reader, &step->pad);
      return;
    case StepKind::kReshape:
      step->reshape.size = reader.integer();
      return;
    default: {  // three plain numbers, in each record's order
      const Extent3 sizes = reader.extent();
      step->channel = {sizes.d, sizes.h, sizes.w};
      if (step->kind == StepKind::kLinear) step->linear = {sizes.d, sizes.h, sizes.w};
      if (step->kind == StepKind::kSoftmax) step->softmax = {sizes.d, sizes.h, sizes.w};
      if (step->kind == StepKind::kTranspose) step->transpose = {sizes.d, sizes.h, sizes.w};
      return;
    }
  }
}

std::vector<int32_t> readSlots(Reader& reader, int count, int required, size_t slot_count) {
  std::vector<int32_t> slots;
  for (int i = 0; i < count; ++i) {
    const int32_t slot = reader.integer();
    const bool absent = slot == kNoSlot && i >= required;
    if (!absent && (slot < 0 || static_cast<size_t>(slot) >= slot_count)) {
      fail("slot " + std::to_string(slot) + " does not exist");
    }
    slots.push_back(slot);
  }
  return slots;
}

Step readStep(Reader& reader, size_t slot_count) {
  Step step{};
  step.kind = static_cast<StepKind>(reader.below(static_cast<int32_t>(StepKind::kCount), "step kind"));
  const KindFacts& facts = kKindFacts[static_cast<int>(step.kind)];
  step.algorithm = static_cast<Algorithm>(reader.below(static_cast<int32_t>(Algorithm::kCount), "algorithm"));
  const int32_t activation = reader.below(static_cast<int32_t>(ActivationKind::kCount), "activation");
  step.activation.kind = static_cast<ActivationKind>(activation);
  reader.expect(facts.operands, "operand");
  step.operands = readSlots(reader, facts.operands, facts.required_operands, slot_count);
  reader.expect(facts.results, "result");
  step.results = readSlots(reader, facts.results, facts.required_results, slot_count);
  reader.expect(facts.geometry, "geometry");
  readGeometry(reader, &step);
  reader.expect(facts.scalars, "scalar");
  step.activation.alpha = static_cast<float>(reader.scalar());
  step.activation.beta = static_cast<float>(reader.scalar());
  if (facts.scalars == 1) step.scalar = reader.scalar();
  return step;
}

void readSlotTable(const ProgramSpec& spec, DecodedProgram* program) {
  for (size_t i = 0; i < spec.slot_count; ++i) {
    const double size = spec.slot_sizes[i];
    if (!(size >= 0 && size <= static_cast<double>(kMaxValues)) || size != std::floor(size)) {
      fail("slot " + std::to_string(i) + " has an impossible size");
    }
    if (spec.slot_types[i] > 1) fail("slot " + std::to_string(i) + " has an unknown type");
    program->slots.push_back({static_cast<int64_t>(size), spec.slot_types[i] == 1});
  }
}

// Marks slots as written, each once.
class Writes {
 public:
  explicit Writes(size_t slots) : written_(slots, false) {}
  void write(int32_t slot) {
    if (slot < 0 || static_cast<size_t>(slot) >= written_.size()) {
      fail("slot " + std::to_string(slot) + " does not exist");
    }
    if (written_[slot]) fail("slot " + std::to_string(slot) + " is written twice");
    written_[slot] = true;
  }
  void read(int32_t slot) const {
    if (slot < 0 || static_cast<size_t>(slot) >= written_.size() || !written_[slot]) {
      fail("slot " + std::to_string(slot) + " is read before it is written");
    }
  }

 private:
  std::vector<bool> written_;
};

void readConstants(const ProgramSpec& spec, Writes* writes, DecodedProgram* program) {
  program->constants.assign(spec.slot_count, nullptr);
  for (size_t i = 0; i < spec.constant_count; ++i) {
    const int32_t slot = spec.constant_slots[i];
    writes->write(slot);
    if (program->slots[slot].is_int) fail("constants must be float32");
    if (static_cast<int64_t>(spec.constant_lengths[i]) != program->slots[slot].size) {
      fail("constant " + std::to_string(i) + " does not have its slot's length");
    }
    // An empty constant may have no address; any non-null one will do, it is never read.
    static const float kNothing = 0;
    program->constants[slot] = spec.constant_lengths[i] == 0 ? &kNothing : spec.constants[i];
  }
}

}  // namespace

DecodedProgram decodeProgram(const ProgramSpec& spec) {
  DecodedProgram program;
  readSlotTable(spec, &program);
  Writes writes(spec.slot_count);
  for (size_t i = 0; i < spec.input_count; ++i) {
    writes.write(spec.inputs[i]);
    program.inputs.push_back(spec.inputs[i]);
  }
  readConstants(spec, &writes, &program);
  Reader reader(spec);
  while (!reader.done()) {
    Step step = readStep(reader, spec.slot_count);
    for (const int32_t slot : step.operands) {
      if (slot != kNoSlot) writes.read(slot);
    }
    for (const int32_t slot : step.results) {
      if (slot != kNoSlot) writes.write(slot);
    }
    checkGeometry(step, program.slots);
    program.steps.push_back(std::move(step));
  }
  if (!reader.allScalarsRead()) fail("too many scalars");
  for (size_t i = 0; i < spec.output_count; ++i) {
    writes.read(spec.outputs[i]);
    program.outputs.push_back(spec.outputs[i]);
  }
  return program;
}

}  // namespace convkit
