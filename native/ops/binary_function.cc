#include "ops/binary_function.h"

#include "core/denormals.h"

namespace convkit {
namespace {

// Whether a denormal means something else than 0 to an operation that is not slowed down by it.
bool keepsDenormals(BinaryOperation operation) {
  switch (operation) {
    case BinaryOperation::kMax:
    case BinaryOperation::kMin:
    case BinaryOperation::kEqual:
    case BinaryOperation::kLess:
    case BinaryOperation::kLessOrEqual:
    case BinaryOperation::kGreater:
    case BinaryOperation::kGreaterOrEqual:
    case BinaryOperation::kAnd:
    case BinaryOperation::kOr:
    case BinaryOperation::kXor:
    case BinaryOperation::kMod:
    case BinaryOperation::kFmod:
      return true;
    default:
      return false;
  }
}

// The remainder that has the divisor's sign. A whole number's 0 has none.
float floorMod(float a, float b) {
  const float rest = std::fmod(a, b);
  if (rest == 0) return 0;
  return std::signbit(rest) != std::signbit(b) ? rest + b : rest;
}

float oneByOne(BinaryOperation operation, float a, float b) {
  switch (operation) {
    case BinaryOperation::kPow:
      return std::pow(a, b);
    case BinaryOperation::kFmod:
      return std::fmod(a, b);
    default:
      return floorMod(a, b);
  }
}

}  // namespace

BinaryFunction::BinaryFunction(const BinarySpec& spec)
    : spec_(spec), kernels_(binaryKernels(spec.isa)), low_(-INFINITY), high_(INFINITY), bounds_only_(true) {
  switch (spec.activation.kind) {
    case ActivationKind::kIdentity:
      break;
    case ActivationKind::kRelu:
      low_ = 0;
      break;
    case ActivationKind::kRelu6:
      low_ = 0;
      high_ = 6;
      break;
    case ActivationKind::kClip:
      low_ = spec.activation.alpha;
      high_ = spec.activation.beta;
      break;
    default:
      bounds_only_ = false;
  }
}

void BinaryFunction::operator()(BinaryArgs args) const {
  args.low = low_;
  args.high = high_;
  if (keepsDenormals(spec_.operation)) {
    const KeepDenormals keep;
    combine(args);
  } else {
    combine(args);
  }
  if (bounds_only_) return;
  EltwiseArgs activation{};
  activation.x = activation.y = args.y;
  activation.count = args.count;
  activation.activation = spec_.activation;
  eltwiseKernels(spec_.isa).for_row(activation);
}

double BinaryFunction::cost() const {
  const bool kernel = kernels_[spec_.operation] != nullptr || hasPowerKernel(spec_.exponent);
  return (kernel ? 1 : 30) + (bounds_only_ ? 0 : 8);
}

void BinaryFunction::combine(const BinaryArgs& args) const {
  if (const BinaryKernel kernel = kernels_[spec_.operation]) return kernel(args);
  if (spec_.operation == BinaryOperation::kPow && !args.a_repeats && hasPowerKernel(spec_.exponent)) {
    return kernels_.power({args.a, spec_.exponent, args.y, args.count, args.low, args.high});
  }
  combineOneByOne(args);
}

void BinaryFunction::combineOneByOne(const BinaryArgs& args) const {
  const int64_t lanes = kernels_.lanes;
  for (int64_t i = 0; i < args.count; ++i) {
    const float a = args.a[args.a_repeats ? i % lanes : i], b = args.b[args.b_repeats ? i % lanes : i];
    float v = oneByOne(spec_.operation, a, b);
    // In this order a NaN stays NaN.
    v = v < args.low ? args.low : v;
    args.y[i] = v > args.high ? args.high : v;
  }
}

}  // namespace convkit
