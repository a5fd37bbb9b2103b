#pragma once

// What becomes of the sums of two tiles of rows by two vectors of outputs.

#include "kernels/product/product.h"
#include "kernels/tiles/band.h"
#include "simd/totals.h"
#include "simd/written_tile.h"

namespace convkit {
namespace {

constexpr int kPair = 2;

struct alignas(64) Sums {
  float at[kPair][kPair * kTileRows][kTileLanes];  // [vector][row][output]
};

// 16 outputs' weights of one value, put together again.
CONVKIT_INLINE Vec wholeWeights(const TileStep& step, int32_t value) {
  Vec sum{};
  for (int part = kTileParts - 1; part >= 0; --part) {
    const IntVec pairs = (IntVec)_mm512_loadu_si512(step.at[part][value / 2]);
    sum += (Vec)(value % 2 == 0 ? pairs << 16 : pairs & static_cast<int32_t>(0xffff0000));
  }
  return sum;
}

// One row's sums of one vector, from the values themselves.
__attribute__((noinline)) static void sumPlainly(const TileProduct& product, const float* x,
                                                 const TileWeights& weights, float* sums) {
  Vec sum{};
  const int64_t reads = product.full_reads + product.tail_reads;
  constexpr int64_t kReadsOfPartialSum = kLongestChain / kTileLanes;
  Totals<kTileLanes> totals(true);
  alignas(64) float partial[kTileLanes];
  const auto put = [&] {
    store(partial, sum);
    totals.add(partial);
    sum = Vec{};
  };
  for (int64_t read = 0; read < reads; ++read) {
    if (read > 0 && read % kReadsOfPartialSum == 0) put();
    const TileStep& step = weights.steps[read / 2 * weights.stride];
    const int32_t lanes = read < product.full_reads ? kTileLanes : product.tail_lanes;
    const int32_t first = static_cast<int32_t>(read % 2) * kTileLanes;
    for (int32_t lane = 0; lane < lanes; ++lane) {
      float value = x[product.reads[read] + lane];
      if (product.scale) value *= product.scale[read * kTileLanes + lane];
      sum = fma(broadcast(value), wholeWeights(step, first + lane), sum);
    }
  }
  if (!totals.begun()) return store(sums, sum);
  put();
  store(sums, load(totals.finish()));
}

// Finishes sums and writes them, some rows at a time, while the next ones are made: the vector units have
// little else to do meanwhile.
class Writer {
 public:
  Writer(const Band& band, const TileProduct& product)
      : band_(band),
        product_(product),
        clamp_(clampOf(product.epilogue.kind, product.epilogue.alpha, product.epilogue.beta)),
        activates_(!isClamp(product.epilogue.kind)) {}

  // Where to put sums that are to be written next. Those before have to be finished.
  Sums& sums() { return sums_; }
  // They are there.
  void begin(int32_t vector, int vectors, int tile, int tiles) {
    first_row_ = tile * kTileRows;
    const int left = product_.rows - first_row_;
    rows_ = left < tiles * kTileRows ? left : tiles * kTileRows;
    vector_ = vector;
    vectors_ = vectors;
    v_ = row_ = 0;
    left_ = rows_ * vectors;
    replaceUnusual(band_.unusual(tile) | (tiles > 1 ? band_.unusual(tile + 1) << kTileRows : 0));
  }

  // Rows of vectors that remain to be written.
  int left() const { return left_; }

  CONVKIT_INLINE_MEMBER void write(int count) {
    while (count > 0 && left_ > 0) {
      const int rows = count < rows_ - row_ ? count : rows_ - row_;
      writeRows(rows);
      if (activates_) activateRows(rows);
      count -= rows;
      left_ -= rows;
      row_ += rows;
      if (row_ == rows_) row_ = 0, ++v_;
    }
  }

  void finish() { write(left_); }

 private:
  TileWeights weightsOf(int v) const {
    return tileWeightsOf(product_.weights, vector_ + v, product_.all_vectors, band_.steps());
  }
  int32_t lanesOf(int v) const {
    return vector_ + v + 1 < product_.all_vectors ? kTileLanes : product_.last_lanes;
  }

  void replaceUnusual(uint32_t rows) {
    for (int v = 0; v < vectors_; ++v) {
      const TileWeights weights = weightsOf(v);
      const uint32_t unusual = weights.header->unusual ? ~0u : rows;
      if (unusual == 0) continue;
      for (int row = 0; row < rows_; ++row) {
        if ((unusual >> row & 1) == 0) continue;
        sumPlainly(product_, product_.x + product_.x_offsets[first_row_ + row], weights, sums_.at[v][row]);
      }
    }
  }

  // From `row_` on, of one vector. Everything is copied to locals, because for the compiler a vector that is
  // stored may change anything.
  CONVKIT_INLINE_MEMBER void writeRows(int count) {
    const int32_t vector = vector_ + v_, lanes = lanesOf(v_), first = first_row_ + row_;
    const float* const bias_from = product_.epilogue.bias;
    const Vec scale = load(weightsOf(v_).header->scale);
    const Vec bias = bias_from ? load(bias_from + vector * kTileLanes) : Vec{};
    const Clamp clamp = clamp_;
    const float* sums = sums_.at[v_][row_];
    float* const to = product_.y + vector * product_.y_vector_stride;
    const int64_t* const places = product_.y_offsets + first;
    if (product_.residual == nullptr) {
      for (int i = 0; i < count; ++i, sums += kTileLanes)
        storePartial(to + places[i], clampTo(clamp, fma(load(sums), scale, bias)), lanes);
      return;
    }
    const float* const residual = product_.residual + vector * product_.residual_vector_stride;
    const int64_t* const residual_places = product_.residual_offsets + first;
    for (int i = 0; i < count; ++i, sums += kTileLanes) {
      const Vec sum = fma(load(sums), scale, bias) + loadPartial(residual + residual_places[i], lanes);
      storePartial(to + places[i], clampTo(clamp, sum), lanes);
    }
  }

  // What writeRows() wrote.
  void activateRows(int count) {
    float* rows[kPair * kTileRows];
    const int32_t vector = vector_ + v_, first = first_row_ + row_;
    for (int i = 0; i < count; ++i)
      rows[i] = product_.y + product_.y_offsets[first + i] + vector * product_.y_vector_stride;
    Epilogue epilogue = product_.epilogue;
    if (epilogue.slope) epilogue.slope += vector * kTileLanes;
    activateTile(epilogue, {rows, count, 1, product_.y_vector_stride, lanesOf(v_)});
  }

  const Band& band_;
  const TileProduct& product_;
  const Clamp clamp_;
  const bool activates_;                        // by something that is no clamp
  int32_t vector_ = 0;                          // what is being written: from here
  int vectors_ = 0, first_row_ = 0, rows_ = 0;  // how many vectors, and rows of the band
  int v_ = 0, row_ = 0, left_ = 0;              // how far
  Sums sums_;
};

}  // namespace
}  // namespace convkit
