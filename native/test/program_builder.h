#pragma once

// Builds program specs in C++, as src/program/builder.ts and src/backend/wire.ts do together.

#include <memory>
#include <vector>

#include "program/program.h"
#include "program/step.h"

namespace convkit::test {

class ProgramBuilder {
 public:
  int slot(int64_t size, SlotType type = SlotType::kFloat32) {
    sizes_.push_back(static_cast<double>(size));
    types_.push_back(static_cast<uint8_t>(type));
    return static_cast<int>(sizes_.size()) - 1;
  }
  int input(int64_t size, SlotType type = SlotType::kFloat32) {
    inputs_.push_back(slot(size, type));
    return inputs_.back();
  }
  int constant(const std::vector<float>& values) {
    const int id = slot(static_cast<int64_t>(values.size()));
    constant_slots_.push_back(id);
    constants_.push_back(values.data());
    constant_ids_.push_back(0);
    constant_lengths_.push_back(values.size());
    return id;
  }
  void output(int slot) { outputs_.push_back(slot); }

  struct Extras {
    Algorithm algorithm = Algorithm::kAuto;
    Activation activation{ActivationKind::kIdentity, 0, 0};
    std::vector<double> scalars;
  };
  void step(StepKind kind, const std::vector<int>& operands, const std::vector<int>& results,
            const std::vector<int>& geometry, const Extras& extras) {
    code_.push_back(static_cast<int32_t>(kind));
    code_.push_back(static_cast<int32_t>(extras.algorithm));
    code_.push_back(static_cast<int32_t>(extras.activation.kind));
    append(operands);
    append(results);
    append(geometry);
    code_.push_back(static_cast<int32_t>(extras.scalars.size()));
    scalars_.push_back(extras.activation.alpha);
    scalars_.push_back(extras.activation.beta);
    scalars_.insert(scalars_.end(), extras.scalars.begin(), extras.scalars.end());
  }
  void step(StepKind kind, const std::vector<int>& operands, const std::vector<int>& results,
            const std::vector<int>& geometry) {
    step(kind, operands, results, geometry, Extras());
  }

  ProgramSpec spec() const {
    return {sizes_.data(),
            types_.data(),
            sizes_.size(),
            inputs_.data(),
            inputs_.size(),
            outputs_.data(),
            outputs_.size(),
            constant_slots_.data(),
            constants_.data(),
            constant_lengths_.data(),
            constant_ids_.data(),
            constants_.size(),
            code_.data(),
            code_.size(),
            scalars_.data(),
            scalars_.size(),
            0};
  }
  std::vector<int32_t>& code() { return code_; }

 private:
  void append(const std::vector<int>& values) {
    code_.push_back(static_cast<int32_t>(values.size()));
    code_.insert(code_.end(), values.begin(), values.end());
  }

  std::vector<double> sizes_, scalars_;
  std::vector<uint8_t> types_;
  std::vector<int32_t> inputs_, outputs_, constant_slots_, code_;
  std::vector<const float*> constants_;
  std::vector<double> constant_ids_;
  std::vector<size_t> constant_lengths_;
};

// Of a 2-D step on square planes.
inline Window squareWindow(int input, int kernel, int stride, int pad) {
  const int output = (input + 2 * pad - kernel) / stride + 1;
  return {{1, input, input},
          {1, output, output},
          {1, kernel, kernel},
          {1, stride, stride},
          {1, 1, 1},
          0,
          0,
          pad,
          pad,
          pad,
          pad};
}

inline std::vector<int> windowFields(const Window& w) {
  return {w.input.d,    w.input.h,   w.input.w,  w.output.d, w.output.h,   w.output.w,   w.kernel.d,
          w.kernel.h,   w.kernel.w,  w.stride.d, w.stride.h, w.stride.w,   w.dilation.d, w.dilation.h,
          w.dilation.w, w.pad_front, w.pad_back, w.pad_top,  w.pad_bottom, w.pad_left,   w.pad_right};
}

inline std::vector<int> convFields(const ConvGeometry& g) {
  std::vector<int> fields = {g.batch, g.in_channels, g.out_channels, g.groups};
  const std::vector<int> window = windowFields(g.window);
  fields.insert(fields.end(), window.begin(), window.end());
  return fields;
}

// The instruction sets that this machine can run, best first.
inline std::vector<Isa> runnableIsas() {
  std::vector<Isa> isas;
  if (detectedIsa() == Isa::kAmx) isas.push_back(Isa::kAmx);
#define CONVKIT_ISA(enumerator, ns) \
  if (Isa::enumerator <= detectedIsa()) isas.push_back(Isa::enumerator);
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return isas;
}

}  // namespace convkit::test
