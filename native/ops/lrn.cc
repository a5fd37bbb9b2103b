#include "ops/lrn.h"

#include <algorithm>
#include <cmath>

#include "ops/rows.h"

namespace convkit {
namespace {

// Neighbouring values of one channel that are worked on together.
constexpr int64_t kPiece = 256;
// Channels whose squares go into one partial sum.
constexpr int64_t kChannels = 256;

class LrnOp final : public Op {
 public:
  LrnOp(const LrnGeometry& geometry, const LrnParameters& parameters, const Value& x, const Value& y)
      : geometry_(geometry), parameters_(parameters), x_(x), y_(y) {}

  void run(const RunContext& context) const override {
    const int64_t pieces = (geometry_.inner + kPiece - 1) / kPiece;
    const double window = std::min(geometry_.size, geometry_.channels);
    const double operations = static_cast<double>(std::min<int64_t>(geometry_.inner, kPiece)) * (window + 20);
    const int64_t planes = int64_t{geometry_.outer} * geometry_.channels;
    forEachRow(context, planes * pieces, operations, [&](int64_t plane, int) {
      const int64_t begin = takeAxis(plane, pieces) * kPiece;
      const int64_t at = plane * geometry_.inner + begin;
      normalizePiece(context.f32(x_) + at, context.f32(y_) + at, plane % geometry_.channels,
                     std::min(kPiece, geometry_.inner - begin));
    });
  }

 private:
  void normalizePiece(const float* x, float* y, int64_t channel, int64_t count) const {
    const int64_t before = std::min<int64_t>((geometry_.size - 1) / 2, channel);
    const int64_t after = std::min<int64_t>(geometry_.size / 2, geometry_.channels - 1 - channel);
    float base[kPiece] = {};
    for (int64_t c = -before; c <= after; c += kChannels) {
      float squares[kPiece] = {};
      for (int64_t n = c; n <= std::min(after, c + kChannels - 1); ++n) {
        const float* neighbour = x + n * geometry_.inner;
        for (int64_t i = 0; i < count; ++i) squares[i] += neighbour[i] * neighbour[i];
      }
      for (int64_t i = 0; i < count; ++i) base[i] += squares[i];
    }
    const float scale = parameters_.alpha / static_cast<float>(geometry_.size);
    for (int64_t i = 0; i < count; ++i) base[i] = parameters_.bias + scale * base[i];
    divideByPower(x, base, y, count);
  }

  // Roots, of which the usual exponents consist, come in whole vectors; powers one by one.
  void divideByPower(const float* x, const float* base, float* y, int64_t count) const {
    if (parameters_.beta == 0.75f) {
      for (int64_t i = 0; i < count; ++i) {
        const float root = std::sqrt(base[i]);
        y[i] = x[i] / (root * std::sqrt(root));
      }
    } else if (parameters_.beta == 0.5f) {
      for (int64_t i = 0; i < count; ++i) y[i] = x[i] / std::sqrt(base[i]);
    } else {
      for (int64_t i = 0; i < count; ++i) y[i] = x[i] / std::pow(base[i], parameters_.beta);
    }
  }

  const LrnGeometry geometry_;
  const LrnParameters parameters_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeLrnOp(const LrnGeometry& geometry, const LrnParameters& parameters, const Value& x,
                              const Value& y) {
  return std::make_unique<LrnOp>(geometry, parameters, x, y);
}

}  // namespace convkit
