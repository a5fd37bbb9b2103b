#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/memory.h"
#include "ops/op.h"

namespace convkit {

// How an operand is rearranged before use: `pieces` independent parts, so that threads can share
// the work. The same packing serves constants, once, and operands that change, in every run.
struct Packing {
  int64_t size = 0;  // floats written
  int64_t pieces = 1;
  std::function<void(const float* source, float* packed, int64_t piece)> pack;
  // Packings of one source under equal names give equal results, so that programs can share them. Empty where
  // they are not worth sharing.
  std::string name;
};

// A name out of all that a packing depends on.
std::string packingName(const char* kind, std::initializer_list<int64_t> parameters);

// Values padded with zeros to `padded` floats; a single value is repeated. For biases and slopes.
Packing vectorPacking(int64_t size, int64_t count, int64_t padded);

// Packs an operand that is not a constant, each run.
class PackOp : public Op {
 public:
  PackOp(Packing packing, Value source, Value packed)
      : packing_(std::move(packing)), source_(source), packed_(packed) {}
  void run(const RunContext& context) const override;

 private:
  Packing packing_;
  Value source_, packed_;
};

}  // namespace convkit
