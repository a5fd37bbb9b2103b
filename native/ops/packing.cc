#include "ops/packing.h"

#include <algorithm>

namespace convkit {

std::string packingName(const char* kind, std::initializer_list<int64_t> parameters) {
  std::string name = kind;
  for (const int64_t parameter : parameters) name += ' ' + std::to_string(parameter);
  return name;
}

Packing vectorPacking(int64_t size, int64_t count, int64_t padded) {
  Packing packing;
  packing.size = padded;
  packing.name = packingName("vector", {size, count, padded});
  packing.pack = [size, count, padded](const float* source, float* packed, int64_t) {
    for (int64_t i = 0; i < count; ++i) packed[i] = source[size == 1 ? 0 : i];
    std::fill(packed + count, packed + padded, 0.0f);
  };
  return packing;
}

void PackOp::run(const RunContext& context) const {
  const float* source = context.f32(source_);
  float* packed = context.f32(packed_);
  parallelFor(packing_.pieces, worthwhileThreads(context, packing_.size), context.cancelled,
              [&](int64_t piece, int) { packing_.pack(source, packed, piece); });
}

}  // namespace convkit
