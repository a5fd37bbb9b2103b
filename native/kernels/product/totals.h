#pragma once

// The totals of sums that are cut into partial sums.

#include "kernels/product/product.h"
#include "simd/totals.h"

namespace convkit {
namespace {

// Hidden from the compiler, which would keep them in registers that the sums need.
CONVKIT_INLINE float* hidden(float* values) {
  asm("" : "+r"(values) : : "memory");
  return values;
}

// A tile's floats among those of a call.
struct TileFloats {
  int64_t first;
  int count;
};

// Adds partial sums to totals that `args.lost` holds, if they have begun.
__attribute__((noinline, unused)) static void addToLong(const ProductArgs& args, bool begun,
                                                        const float* partial, TileFloats tile) {
  float* const total = args.lost + 2 * tile.first;
  if (!begun) {
    for (int at = 0; at < 2 * tile.count; at += kLanes) store(total + at, Vec{});
  }
  addExactly(partial, total, total + tile.count, tile.count);
}

// The last partial sums have been added: the totals take their place.
__attribute__((noinline, unused)) static void takeLong(const ProductArgs& args, float* sums,
                                                       TileFloats tile) {
  float* const total = args.lost + 2 * tile.first;
  addLost(total, total + tile.count, tile.count);
  for (int at = 0; at < tile.count; at += kLanes) store(sums + at, load(total + at));
}

}  // namespace
}  // namespace convkit
