#include "kernels/eltwise/eltwise.h"

#include <cmath>
#include <limits>

#include "ops/channel_ops.h"
#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

double plainActivation(const Activation& activation, double v, double slope) {
  const double a = static_cast<double>(activation.alpha), b = static_cast<double>(activation.beta);
  // The upper bound last, as torch's clamp does where min > max.
  auto clamp = [](double x, double low, double high) {
    const double raised = x < low ? low : x;
    return raised > high ? high : raised;
  };
  switch (activation.kind) {
    case ActivationKind::kRelu:
      return v < 0 ? 0 : v;
    case ActivationKind::kRelu6:
      return clamp(v, 0, 6);
    case ActivationKind::kSigmoid:
      return 1 / (1 + std::exp(-v));
    case ActivationKind::kTanh:
      return std::tanh(v);
    case ActivationKind::kSilu:
      return v / (1 + std::exp(-v));
    case ActivationKind::kHardSigmoid:
      return clamp(v + 3, 0, 6) / 6;
    case ActivationKind::kHardSwish:
      return v * clamp(v + 3, 0, 6) / 6;
    case ActivationKind::kGelu:
      return 0.5 * v * std::erfc(-v * std::sqrt(0.5));
    case ActivationKind::kLeakyRelu:
      return v > 0 ? v : v * a;
    case ActivationKind::kClip:
      return clamp(v, a, b);
    case ActivationKind::kElu:
      return v > 0 ? v : a * std::expm1(v);
    case ActivationKind::kPrelu:
      return v > 0 ? v : v * slope;
    case ActivationKind::kIdentity:
    case ActivationKind::kCount:
      break;
  }
  return v;
}

const Activation kActivations[] = {
    {ActivationKind::kIdentity, 0, 0},    {ActivationKind::kRelu, 0, 0},
    {ActivationKind::kRelu6, 0, 0},       {ActivationKind::kSigmoid, 0, 0},
    {ActivationKind::kTanh, 0, 0},        {ActivationKind::kSilu, 0, 0},
    {ActivationKind::kHardSigmoid, 0, 0}, {ActivationKind::kHardSwish, 0, 0},
    {ActivationKind::kGelu, 0, 0},        {ActivationKind::kLeakyRelu, 0.2f, 0},
    {ActivationKind::kClip, -1.5f, 2},    {ActivationKind::kClip, -kInfinity, 1},
    {ActivationKind::kClip, 3, -3},       {ActivationKind::kElu, 0.7f, 0},
    {ActivationKind::kPrelu, 0, 0},
};

// One way to lay the same [n, c, space] values out.
struct Arrangement {
  const char* name;
  bool blocked;
  Halo x, residual, y;
};

const Arrangement kArrangements[] = {
    {"plain", false, {}, {}, {}},
    {"blocked", true, {}, {}, {}},
    {"blocked with halos", true, {1, 0, 1, 2, 1, 1}, {}, {0, 1, 1, 1, 3, 0}},
};

const Dims kDims[] = {
    {1, 1, {1, 1, 1}}, {2, 5, {1, 3, 7}}, {3, 35, {1, 1, 1}}, {1, 16, {2, 3, 5}}, {2, 17, {1, 70, 71}},
};

ChannelGeometry geometryOf(const Dims& dims) {
  return {dims.n, dims.c, static_cast<int32_t>(dims.space.volume())};
}

Layout layoutOf(const Dims& dims, const Arrangement& arrangement, const Halo& halo, Isa isa) {
  return arrangement.blocked ? blockedLayout(dims, lanesOf(isa), halo) : plainLayout(dims);
}

// y = activation(x + residual), plainly.
void checkActivation(const Activation& activation, const Dims& dims, const Arrangement& arrangement, Isa isa,
                     int32_t slopes) {
  const std::vector<float> x = randomReals(dims.size(), 1), r = randomReals(dims.size(), 2, 2);
  const std::vector<float> slope = randomReals(slopes, 3, 1);
  for (bool with_residual : {false, true}) {
    OpRunner runner;
    const Value input = runner.add(layoutOf(dims, arrangement, arrangement.x, isa), x);
    Value residual, slope_value;
    if (with_residual) residual = runner.add(layoutOf(dims, arrangement, arrangement.residual, isa), r);
    if (activation.kind == ActivationKind::kPrelu) slope_value = runner.addVector(slope);
    const Value output = runner.add(layoutOf(dims, arrangement, arrangement.y, isa));
    runner.run(*makeActivationOp(geometryOf(dims), activation, input, residual, slope_value, output, isa));
    const std::vector<float> y = runner.read(output);
    for (size_t i = 0; i < y.size(); ++i) {
      const float v = with_residual ? x[i] + r[i] : x[i];
      const size_t channel = i / static_cast<size_t>(dims.space.volume()) % static_cast<size_t>(dims.c);
      const double expected = plainActivation(activation, v, slope[slopes > 1 ? channel : 0]);
      if (near(y[i], expected, 4e-7)) continue;
      fail(arrangement.name, static_cast<int>(activation.kind),
           "of " + std::to_string(v) + " is " + std::to_string(y[i]) + ", not " + std::to_string(expected));
      return;
    }
  }
}

}  // namespace

TEST(activationsEqualTheirFormulas) {
  forEachIsa([](Isa isa) {
    for (const Activation& activation : kActivations) {
      for (const Dims& dims : kDims) {
        for (const Arrangement& arrangement : kArrangements) {
          checkActivation(activation, dims, arrangement, isa, 1);
          if (activation.kind == ActivationKind::kPrelu) {
            checkActivation(activation, dims, arrangement, isa, dims.c);
          }
        }
      }
    }
  });
}

TEST(activationsOfSpecialValues) {
  const std::vector<float> x = {kNan,  kInfinity, -kInfinity, 0.0f,   -0.0f,  1000,
                                -1000, 88.5f,     -88.5f,     1e-30f, -1e-30f};
  const Dims dims{1, 1, {1, 1, static_cast<int32_t>(x.size())}};
  forEachIsa([&](Isa isa) {
    for (const Activation& activation : kActivations) {
      OpRunner runner;
      const Value input = runner.add(plainLayout(dims), x);
      const Value slope = runner.addVector({0.5f});
      const Value output = runner.add(plainLayout(dims));
      runner.run(*makeActivationOp(geometryOf(dims), activation, input, {}, slope, output, isa));
      const std::vector<float> y = runner.read(output);
      for (size_t i = 0; i < x.size(); ++i) {
        const float expected = static_cast<float>(plainActivation(activation, x[i], 0.5));
        if (same(y[i], expected) || near(y[i], expected, 4e-7)) continue;
        fail("activation", static_cast<int>(activation.kind),
             "of " + std::to_string(x[i]) + " is " + std::to_string(y[i]) + ", not " +
                 std::to_string(expected));
      }
    }
  });
}

TEST(activationsKeepTheirDigitsNearZero) {
  const std::vector<float> x = {1e-4f, -1e-4f, 3e-7f, -3e-7f, 0.05f, -0.05f};
  const Dims dims{1, 1, {1, 1, static_cast<int32_t>(x.size())}};
  forEachIsa([&](Isa isa) {
    for (ActivationKind kind : {ActivationKind::kTanh, ActivationKind::kElu, ActivationKind::kGelu}) {
      const Activation activation{kind, 1, 0};
      OpRunner runner;
      const Value input = runner.add(plainLayout(dims), x);
      const Value output = runner.add(plainLayout(dims));
      runner.run(*makeActivationOp(geometryOf(dims), activation, input, {}, {}, output, isa));
      const std::vector<float> y = runner.read(output);
      for (size_t i = 0; i < x.size(); ++i) {
        const double expected = plainActivation(activation, x[i], 0);
        CHECK(std::fabs(y[i] - expected) <= 4e-7 * std::fabs(expected));
      }
    }
  });
}

TEST(activationInPlace) {
  forEachIsa([](Isa isa) {
    for (const Arrangement& arrangement : kArrangements) {
      const Dims dims{2, 19, {1, 5, 6}};
      const std::vector<float> x = randomReals(dims.size(), 4);
      OpRunner runner;
      const Value value = runner.add(layoutOf(dims, arrangement, arrangement.x, isa), x);
      runner.run(
          *makeActivationOp(geometryOf(dims), {ActivationKind::kRelu, 0, 0}, value, {}, {}, value, isa));
      std::vector<float> expected = x;
      for (float& v : expected) v = v < 0 ? 0 : v;
      checkSame(runner.read(value), expected, arrangement.name);
    }
  });
}

TEST(batchNormEqualsItsFormula) {
  constexpr float kEps = 1e-3f;
  forEachIsa([](Isa isa) {
    for (const Dims& dims : kDims) {
      for (const Arrangement& arrangement : kArrangements) {
        for (bool affine : {false, true}) {
          const std::vector<float> x = randomReals(dims.size(), 5), mean = randomReals(dims.c, 6);
          const std::vector<float> weight = randomReals(dims.c, 7), bias = randomReals(dims.c, 8);
          std::vector<float> variance = randomReals(dims.c, 9);
          for (float& v : variance) v = std::fabs(v) + 0.1f;
          OpRunner runner;
          const Value input = runner.add(layoutOf(dims, arrangement, arrangement.x, isa), x);
          const Value m = runner.addVector(mean), v = runner.addVector(variance);
          Value w, b;
          if (affine) w = runner.addVector(weight), b = runner.addVector(bias);
          const Value output = runner.add(layoutOf(dims, arrangement, arrangement.y, isa));
          const Activation activation{affine ? ActivationKind::kRelu : ActivationKind::kIdentity, 0, 0};
          runner.run(*makeBatchNormOp(geometryOf(dims), kEps, activation, input, m, v, w, b, output, isa));
          const std::vector<float> y = runner.read(output);
          for (size_t i = 0; i < y.size(); ++i) {
            const size_t c = i / static_cast<size_t>(dims.space.volume()) % static_cast<size_t>(dims.c);
            double expected = (x[i] - mean[c]) / std::sqrt(variance[c] + double{kEps});
            if (affine) expected = std::max(0.0, expected * weight[c] + bias[c]);
            if (near(y[i], expected, 3e-6)) continue;
            fail(arrangement.name, static_cast<int>(i), "batch norm is " + std::to_string(y[i]));
            break;
          }
        }
      }
    }
  });
}

TEST(exponentialIsAccurateOverItsWholeRange) {
  std::vector<float> x;
  for (int i = -8700; i <= 8860; ++i) x.push_back(static_cast<float>(i) * 0.01f + 0.0013f);
  forEachIsa([&](Isa isa) {
    std::vector<float> y(x.size());
    const float shift = 0;
    eltwiseKernels(isa).exponential({x.data(), &shift, 0, y.data(), static_cast<int64_t>(x.size())});
    for (size_t i = 0; i < x.size(); ++i) {
      const double expected = std::exp(static_cast<double>(x[i]));
      CHECK(std::fabs(y[i] / expected - 1) < 2e-7);
    }
  });
}

TEST(resultsDependNotOnThreads) {
  const Dims dims{2, 37, {1, 80, 81}};
  const std::vector<float> x = randomReals(dims.size(), 10);
  forEachIsa([&](Isa isa) {
    for (const Arrangement& arrangement : kArrangements) {
      std::vector<float> first;
      for (int threads : {1, 2, 5}) {
        OpRunner runner(threads);
        const Value input = runner.add(layoutOf(dims, arrangement, arrangement.x, isa), x);
        const Value slope = runner.addVector(randomReals(37, 11));
        const Value output = runner.add(layoutOf(dims, arrangement, arrangement.y, isa));
        const Activation prelu{ActivationKind::kPrelu, 0, 0};
        runner.run(*makeActivationOp(geometryOf(dims), prelu, input, {}, slope, output, isa));
        if (threads == 1) first = runner.read(output);
        checkSame(runner.read(output), first, arrangement.name);
      }
    }
  });
}

TEST_MAIN()
