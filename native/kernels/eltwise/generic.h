// The template of the `eltwise` family, included once by each thin per-ISA file.

#include "kernels/eltwise/eltwise.h"
#include "simd/activation.h"
#include "simd/vec.h"

namespace convkit {
namespace {

enum class ParameterForm { kPerLane, kPerRow, kPerValue };

// A parameter for the `lanes` values from `at` on.
template <ParameterForm kForm>
CONVKIT_INLINE Vec parameterAt(const float* values, int64_t at, int lanes) {
  if (kForm == ParameterForm::kPerLane) return load(values);
  if (kForm == ParameterForm::kPerRow) return broadcast(values[0]);
  return lanes == kLanes ? load(values + at) : loadPartial(values + at, lanes);
}

template <ParameterForm kForm, ActivationKind kKind>
CONVKIT_INLINE Vec compute(const EltwiseArgs& args, int64_t at, int lanes, Vec v) {
  if (args.scale)
    v = fma(v, parameterAt<kForm>(args.scale, at, lanes), parameterAt<kForm>(args.shift, at, lanes));
  if (args.residual) {
    v += lanes == kLanes ? load(args.residual + at) : loadPartial(args.residual + at, lanes);
  }
  const Vec slope = kKind == ActivationKind::kPrelu ? parameterAt<kForm>(args.slope, at, lanes) : Vec{};
  return activate(kKind, v, args.activation.alpha, args.activation.beta, slope);
}

template <ParameterForm kForm, ActivationKind kKind>
void computeRun(const EltwiseArgs& args) {
  const int64_t count = kForm == ParameterForm::kPerLane ? args.count * kLanes : args.count;
  int64_t at = 0;
  for (; at + kLanes <= count; at += kLanes) {
    store(args.y + at, compute<kForm, kKind>(args, at, kLanes, load(args.x + at)));
  }
  if (at < count) {
    const int lanes = static_cast<int>(count - at);
    storePartial(args.y + at, compute<kForm, kKind>(args, at, lanes, loadPartial(args.x + at, lanes)), lanes);
  }
}

template <ParameterForm kForm>
void eltwiseRun(const EltwiseArgs& args) {
  switch (args.activation.kind) {
#define CONVKIT_ACTIVATION(kind) \
  case ActivationKind::kind:     \
    return computeRun<kForm, ActivationKind::kind>(args);
    CONVKIT_ACTIVATION(kRelu)
    CONVKIT_ACTIVATION(kRelu6)
    CONVKIT_ACTIVATION(kClip)
    CONVKIT_LONG_ACTIVATIONS(CONVKIT_ACTIVATION)
#undef CONVKIT_ACTIVATION
    case ActivationKind::kIdentity:
    case ActivationKind::kCount:
      break;
  }
  computeRun<kForm, ActivationKind::kIdentity>(args);
}

CONVKIT_INLINE Vec shiftAt(const ExponentialArgs& args, int64_t at, int lanes) {
  if (args.shift_step == 0) return broadcast(args.shift[0]);
  return lanes == kLanes ? load(args.shift + at) : loadPartial(args.shift + at, lanes);
}

void exponentialRun(const ExponentialArgs& args) {
  int64_t at = 0;
  for (; at + kLanes <= args.count; at += kLanes) {
    store(args.y + at, exp(load(args.x + at) - shiftAt(args, at, kLanes)));
  }
  if (at < args.count) {
    const int lanes = static_cast<int>(args.count - at);
    storePartial(args.y + at, exp(loadPartial(args.x + at, lanes) - shiftAt(args, at, lanes)), lanes);
  }
}

#define CONVKIT_ELTWISE_TABLE                                                        \
  {                                                                                  \
    kLanes, eltwiseRun<ParameterForm::kPerLane>, eltwiseRun<ParameterForm::kPerRow>, \
        eltwiseRun<ParameterForm::kPerValue>, exponentialRun                         \
  }

}  // namespace
}  // namespace convkit
