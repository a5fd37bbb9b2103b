#include "program/decode.h"

#include <cmath>
#include <string>

#include "program/check_geometry.h"
#include "program/code_reader.h"
#include "program/read_geometry.h"

namespace convkit {
namespace {

constexpr int64_t kMaxValues = INT32_MAX;

[[noreturn]] void fail(const std::string& what) { failProgram(what); }

// What STEP_TABLE in src/program/step.ts says of a kind. Required operands and results come first.
struct KindFacts {
  int operands, required_operands;
  int results, required_results;
  int geometry;
  int scalars;
};

// In the place of a number of operands: any number, at least one.
constexpr int kAny = -1;

constexpr KindFacts kKindFacts[static_cast<int>(StepKind::kCount)] = {
    {5, 2, 1, 1, 25, 0},    // conv
    {5, 2, 1, 1, 25, 0},    // convTranspose
    {1, 1, 2, 1, 23, 0},    // maxPool
    {1, 1, 1, 1, 25, 0},    // avgPool
    {1, 1, 1, 1, 23, 1},    // lpPool
    {1, 1, 1, 1, 8, 0},     // adaptiveAvgPool
    {1, 1, 2, 1, 8, 0},     // adaptiveMaxPool
    {2, 2, 1, 1, 8, 0},     // maxUnpool
    {5, 3, 1, 1, 3, 1},     // batchNorm
    {3, 1, 1, 1, 3, 0},     // activation
    {5, 2, 1, 1, 3, 0},     // linear
    {1, 1, 1, 1, 3, 0},     // softmax
    {1, 1, 1, 1, 23, 0},    // im2col
    {1, 1, 1, 1, 23, 0},    // col2im
    {1, 1, 1, 1, 11, 1},    // pad
    {1, 1, 1, 1, 3, 0},     // transpose
    {1, 1, 1, 1, 1, 0},     // reshape
    {1, 1, 1, 1, 2, 2},     // unary
    {2, 2, 1, 1, 19, 0},    // binary
    {3, 3, 1, 1, 24, 0},    // where
    {1, 1, 1, 1, 13, 0},    // strided
    {kAny, 1, 1, 1, 2, 0},  // concat
    {1, 1, 1, 1, 4, 0},     // reduce
    {2, 2, 1, 1, 4, 0},     // gather
    {1, 1, 2, 2, 5, 0},     // topK
    {2, 2, 2, 2, 5, 2},     // nonMaxSuppression
    {4, 3, 1, 1, 5, 0},     // resample
    {1, 1, 1, 1, 2, 1},     // normalize
    {1, 1, 1, 1, 4, 3},     // lrn
    {2, 2, 1, 1, 9, 0},     // gridSample
    {1, 1, 1, 1, 3, 0},     // logSoftmax
    {1, 1, 1, 1, 1, 0},     // convert
    {2, 2, 1, 1, 13, 0},    // imageToTensor
    {2, 2, 1, 1, 5, 0},     // tensorToImage
    {2, 2, 1, 1, 9, 2},     // imageFilter
    {3, 3, 1, 1, 9, 2},     // imageSeparable
    {3, 3, 1, 1, 9, 3},     // imageSharpen
    {3, 3, 1, 1, 9, 1},     // imageSmooth
    {1, 1, 1, 1, 9, 1},     // imageBox
    {1, 1, 1, 1, 9, 1},     // imageMedian
    {2, 1, 1, 1, 9, 1},     // imageErode
    {2, 1, 1, 1, 9, 1},     // imageDilate
    {1, 1, 1, 1, 4, 0},     // imageIntegral
    {5, 5, 1, 1, 10, 0},    // imageResize
    {2, 2, 1, 1, 10, 0},    // imagePad
};

std::vector<int32_t> readSlots(CodeReader& reader, int count, int required, size_t slot_count) {
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

// No step reads more tensors than a network has.
constexpr int32_t kMostOperands = 1 << 16;

int readOperandCount(CodeReader& reader, const KindFacts& facts) {
  if (facts.operands != kAny) {
    reader.expect(facts.operands, "operand");
    return facts.operands;
  }
  const int32_t count = reader.integer();
  if (count < facts.required_operands || count > kMostOperands) {
    fail("operand count " + std::to_string(count) + " is impossible");
  }
  return count;
}

Step readStep(CodeReader& reader, size_t slot_count) {
  Step step{};
  step.kind = static_cast<StepKind>(reader.below(static_cast<int32_t>(StepKind::kCount), "step kind"));
  const KindFacts& facts = kKindFacts[static_cast<int>(step.kind)];
  step.algorithm = static_cast<Algorithm>(reader.below(static_cast<int32_t>(Algorithm::kCount), "algorithm"));
  const int32_t activation = reader.below(static_cast<int32_t>(ActivationKind::kCount), "activation");
  step.activation.kind = static_cast<ActivationKind>(activation);
  const int operands = readOperandCount(reader, facts);
  step.operands =
      readSlots(reader, operands, facts.operands == kAny ? operands : facts.required_operands, slot_count);
  reader.expect(facts.results, "result");
  step.results = readSlots(reader, facts.results, facts.required_results, slot_count);
  reader.expect(facts.geometry, "geometry");
  readGeometry(reader, &step);
  reader.expect(facts.scalars, "scalar");
  step.activation.alpha = static_cast<float>(reader.scalar());
  step.activation.beta = static_cast<float>(reader.scalar());
  for (int i = 0; i < facts.scalars; ++i) step.scalars[i] = reader.scalar();
  return step;
}

void readSlotTable(const ProgramSpec& spec, DecodedProgram* program) {
  for (size_t i = 0; i < spec.slot_count; ++i) {
    const double size = spec.slot_sizes[i];
    if (!(size >= 0 && size <= static_cast<double>(kMaxValues)) || size != std::floor(size)) {
      fail("slot " + std::to_string(i) + " has an impossible size");
    }
    if (spec.slot_types[i] >= static_cast<uint8_t>(SlotType::kCount))
      fail("slot " + std::to_string(i) + " has an unknown type");
    program->slots.push_back({static_cast<int64_t>(size), static_cast<SlotType>(spec.slot_types[i])});
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
  program->constant_ids.assign(spec.slot_count, 0);
  for (size_t i = 0; i < spec.constant_count; ++i) {
    const int32_t slot = spec.constant_slots[i];
    writes->write(slot);
    if (program->slots[slot].type != SlotType::kFloat32) fail("constants must be float32");
    if (static_cast<int64_t>(spec.constant_lengths[i]) != program->slots[slot].size) {
      fail("constant " + std::to_string(i) + " does not have its slot's length");
    }
    const double id = spec.constant_ids[i];
    if (!(id >= 0 && id < 9007199254740992.0))
      fail("constant " + std::to_string(i) + " has an impossible id");
    program->constant_ids[slot] = static_cast<uint64_t>(id);
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
  CodeReader reader(spec);
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
