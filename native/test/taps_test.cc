#include "ops/taps.h"

#include <cstdint>
#include <set>
#include <vector>

#include "test/harness.h"

using namespace convkit;

namespace {

// A transposed convolution along one axis, by its definition: which taps reach an output pixel, and from
// where.
std::vector<Tap> tapsOfOutput(const Window& w, int32_t output) {
  std::vector<Tap> taps;
  for (int32_t k = 0; k < w.kernel.w; ++k) {
    const int32_t distance = output + w.pad_left - k * w.dilation.w;
    if (distance % w.stride.w != 0 || distance < 0 || distance / w.stride.w >= w.input.w) continue;
    taps.push_back({{0, 0, distance / w.stride.w}, k});
  }
  return taps;
}

Window lineOf(int32_t input, int32_t kernel, int32_t stride, int32_t dilation, int32_t pad) {
  Window w{};
  w.input = {1, 1, input};
  w.kernel = w.stride = w.dilation = {1, 1, 1};
  w.kernel.w = kernel;
  w.stride.w = stride;
  w.dilation.w = dilation;
  w.pad_left = w.pad_right = pad;
  w.output = {1, 1, (input - 1) * stride + dilation * (kernel - 1) + 1 - 2 * pad};
  return w;
}

void checkPhases(const Window& w) {
  std::set<int32_t> outputs;
  for (const TapPhase& phase : transposedPhases(w)) {
    const std::vector<Tap> taps = phase.taps();
    CHECK_EQUAL(static_cast<int64_t>(taps.size()), phase.tapCount());
    for (int32_t i = 0; i < phase.count.w; ++i) {
      const int32_t output = phase.first.w + i * phase.step.w;
      outputs.insert(output);
      const std::vector<Tap> expected = tapsOfOutput(w, output);
      CHECK_EQUAL(taps.size(), expected.size());
      for (size_t t = 0; t < taps.size() && t < expected.size(); ++t) {
        CHECK_EQUAL(taps[t].index, expected[t].index);
        CHECK_EQUAL(taps[t].offset.w + i * phase.input_step.w, expected[t].offset.w);
      }
    }
  }
  CHECK_EQUAL(static_cast<int32_t>(outputs.size()), w.output.w);
}

}  // namespace

TEST(phasesOfTransposedConvolutionsAreTheirDefinition) {
  for (const int32_t input : {1, 2, 3, 7, 20}) {
    for (const int32_t kernel : {1, 2, 3, 5, 9, 30}) {
      for (const int32_t stride : {1, 2, 3, 4}) {
        for (const int32_t dilation : {1, 2, 3, 6}) {
          for (const int32_t pad : {0, 1, 4}) {
            const Window w = lineOf(input, kernel, stride, dilation, pad);
            if (w.output.w > 0) checkPhases(w);
          }
        }
      }
    }
  }
}

// Listed, the taps of this one would be 64 million.
TEST(phasesOfLongLinesAreFewNumbersEach) {
  const std::vector<TapPhase> phases = transposedPhases(lineOf(8000, 8000, 1, 1, 0));
  CHECK_EQUAL(phases.size(), size_t{15999});
  int64_t taps = 0;
  for (const TapPhase& phase : phases) taps += phase.tapCount();
  CHECK_EQUAL(taps, int64_t{64000000});
  CHECK_EQUAL(requiredHalo(phases, {1, 1, 8000}).empty(), true);
}

TEST_MAIN()
