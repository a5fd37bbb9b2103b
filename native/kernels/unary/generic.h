// The template of the `unary` family, included once by each thin per-ISA file.

#include "kernels/unary/functions.h"
#include "kernels/unary/unary.h"

namespace convkit {
namespace {

template <UnaryOperation kOperation>
void unaryRun(const UnaryArgs& args) {
  int64_t at = 0;
  for (; at + kLanes <= args.count; at += kLanes) {
    store(args.y + at, unary<kOperation>(load(args.x + at), args.alpha, args.beta));
  }
  if (at < args.count) {
    const int rest = static_cast<int>(args.count - at);
    storePartial(args.y + at, unary<kOperation>(loadPartial(args.x + at, rest), args.alpha, args.beta), rest);
  }
}

#define CONVKIT_UNARY(operation) unaryRun<UnaryOperation::operation>
#define CONVKIT_UNARY_TABLE                                                                                \
  {                                                                                                        \
    {                                                                                                      \
      CONVKIT_UNARY(kAffine), CONVKIT_UNARY(kAbs), CONVKIT_UNARY(kNeg), CONVKIT_UNARY(kReciprocal),        \
          CONVKIT_UNARY(kSqrt), CONVKIT_UNARY(kExp), CONVKIT_UNARY(kLog), CONVKIT_UNARY(kErf),             \
          CONVKIT_UNARY(kFloor), CONVKIT_UNARY(kCeil), CONVKIT_UNARY(kRound), CONVKIT_UNARY(kTruncate),    \
          CONVKIT_UNARY(kSign), CONVKIT_UNARY(kNot), CONVKIT_UNARY(kNonZero), CONVKIT_UNARY(kHardSigmoid), \
          CONVKIT_UNARY(kSoftplus), CONVKIT_UNARY(kSoftsign), CONVKIT_UNARY(kMish), CONVKIT_UNARY(kSelu),  \
          CONVKIT_UNARY(kCelu), CONVKIT_UNARY(kGeluTanh)                                                   \
    }                                                                                                      \
  }

}  // namespace
}  // namespace convkit
