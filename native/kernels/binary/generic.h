// The template of the `binary` family, included once by each thin per-ISA file.

#include "kernels/binary/binary.h"
#include "simd/extremes.h"
#include "simd/math.h"
#include "simd/rounding.h"

namespace convkit {
namespace {

CONVKIT_INLINE Vec truth(IntVec mask) { return select(mask, broadcast(1.0f), Vec{}); }

template <BinaryOperation kOperation>
CONVKIT_INLINE Vec binary(Vec a, Vec b) {
  switch (kOperation) {
    case BinaryOperation::kAdd:
      return a + b;
    case BinaryOperation::kSub:
      return a - b;
    case BinaryOperation::kMul:
      return a * b;
    case BinaryOperation::kDiv:
      return a / b;
    case BinaryOperation::kMax:
      return maxOrNan(a, b);
    case BinaryOperation::kMin:
      return minOrNan(a, b);
    case BinaryOperation::kIntDiv:
      // A quotient of whole numbers below 2^24 is never rounded up to the next whole number.
      return roundToZero(a / b);
    case BinaryOperation::kEqual:
      return truth(a == b);
    case BinaryOperation::kLess:
      return truth(a < b);
    case BinaryOperation::kLessOrEqual:
      return truth(a <= b);
    case BinaryOperation::kGreater:
      return truth(a > b);
    case BinaryOperation::kGreaterOrEqual:
      return truth(a >= b);
    case BinaryOperation::kAnd:
      return truth((a != 0.0f) & (b != 0.0f));
    case BinaryOperation::kOr:
      return truth((a != 0.0f) | (b != 0.0f));
    case BinaryOperation::kXor:
      return truth((a != 0.0f) ^ (b != 0.0f));
    case BinaryOperation::kPrelu:
      return select(a < 0.0f, a * b, a);
    case BinaryOperation::kPow:
    case BinaryOperation::kMod:
    case BinaryOperation::kFmod:
    case BinaryOperation::kCount:
      break;
  }
  return a;
}

template <bool kRepeats>
CONVKIT_INLINE Vec operandAt(const float* values, Vec repeated, int64_t at, int lanes) {
  if (kRepeats) return repeated;
  return lanes == kLanes ? load(values + at) : loadPartial(values + at, lanes);
}

template <BinaryOperation kOperation, bool kRepeatsA, bool kRepeatsB>
CONVKIT_INLINE void combineRun(const BinaryArgs& args) {
  const Vec low = broadcast(args.low), high = broadcast(args.high);
  const Vec a = kRepeatsA ? load(args.a) : Vec{}, b = kRepeatsB ? load(args.b) : Vec{};
  auto combined = [&](int64_t at, int lanes) __attribute__((always_inline)) {
    const Vec v = binary<kOperation>(operandAt<kRepeatsA>(args.a, a, at, lanes),
                                     operandAt<kRepeatsB>(args.b, b, at, lanes));
    return minKeepNan(high, maxKeepNan(low, v));
  };
  int64_t at = 0;
  for (; at + kLanes <= args.count; at += kLanes) store(args.y + at, combined(at, kLanes));
  if (at < args.count) {
    const int rest = static_cast<int>(args.count - at);
    storePartial(args.y + at, combined(at, rest), rest);
  }
}

template <BinaryOperation kOperation>
void binaryRun(const BinaryArgs& args) {
  if (args.a_repeats) {
    args.b_repeats ? combineRun<kOperation, true, true>(args) : combineRun<kOperation, true, false>(args);
  } else {
    args.b_repeats ? combineRun<kOperation, false, true>(args) : combineRun<kOperation, false, false>(args);
  }
}

void chooseRun(const ChooseArgs& args) {
  int64_t at = 0;
  for (; at + kLanes <= args.count; at += kLanes) {
    store(args.y + at, select(load(args.condition + at) != 0.0f, load(args.a + at), load(args.b + at)));
  }
  if (at < args.count) {
    const int rest = static_cast<int>(args.count - at);
    const IntVec chosen = loadPartial(args.condition + at, rest) != 0.0f;
    storePartial(args.y + at, select(chosen, loadPartial(args.a + at, rest), loadPartial(args.b + at, rest)),
                 rest);
  }
}

// Unlike a root, the power 1/2 of minus zero and of minus infinity is positive.
CONVKIT_INLINE Vec powerOfHalf(Vec a) {
  const Vec infinity = broadcast(__builtin_inff());
  return select(a == -infinity, infinity, squareRoot(a) + 0.0f);
}

template <class Power>
CONVKIT_INLINE void powerLoop(const PowerArgs& args, Power power) {
  int64_t at = 0;
  for (; at + kLanes <= args.count; at += kLanes) {
    store(args.y + at, clampKeepNan(power(load(args.a + at)), args.low, args.high));
  }
  if (at < args.count) {
    const int rest = static_cast<int>(args.count - at);
    const Vec v = power(loadPartial(args.a + at, rest));
    storePartial(args.y + at, clampKeepNan(v, args.low, args.high), rest);
  }
}

void powerRun(const PowerArgs& args) {
  if (args.exponent == 2.0f) return powerLoop(args, [](Vec a) { return a * a; });
  if (args.exponent == 3.0f) return powerLoop(args, [](Vec a) { return a * a * a; });
  if (args.exponent == 0.5f) return powerLoop(args, [](Vec a) { return powerOfHalf(a); });
  if (args.exponent == -1.0f) return powerLoop(args, [](Vec a) { return 1.0f / a; });
  powerLoop(args, [](Vec a) { return a; });
}

#define CONVKIT_BINARY(operation) binaryRun<BinaryOperation::operation>
#define CONVKIT_BINARY_TABLE              \
  {                                       \
    kLanes,                               \
        {CONVKIT_BINARY(kAdd),            \
         CONVKIT_BINARY(kSub),            \
         CONVKIT_BINARY(kMul),            \
         CONVKIT_BINARY(kDiv),            \
         CONVKIT_BINARY(kMax),            \
         CONVKIT_BINARY(kMin),            \
         nullptr,                         \
         CONVKIT_BINARY(kIntDiv),         \
         nullptr,                         \
         CONVKIT_BINARY(kEqual),          \
         CONVKIT_BINARY(kLess),           \
         CONVKIT_BINARY(kLessOrEqual),    \
         CONVKIT_BINARY(kGreater),        \
         CONVKIT_BINARY(kGreaterOrEqual), \
         CONVKIT_BINARY(kAnd),            \
         CONVKIT_BINARY(kOr),             \
         CONVKIT_BINARY(kXor),            \
         CONVKIT_BINARY(kPrelu),          \
         nullptr},                        \
        chooseRun, powerRun               \
  }

}  // namespace
}  // namespace convkit
