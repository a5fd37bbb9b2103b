#include "ops/taps.h"

#include <algorithm>
#include <numeric>

namespace convkit {
namespace {

// One axis of a phase.
struct AxisPhase {
  int32_t first, step, count, input_step;
  AxisTaps taps;
};

struct AxisWindow {
  int32_t input, output, kernel, stride, dilation, before;
};

std::vector<AxisPhase> convolutionAxis(const AxisWindow& w) {
  return {{0, 1, w.output, w.stride, {w.kernel, 0, 1, -w.before, w.dilation}}};
}

// output = input·stride + k·dilation − before, so input = (output + before − k·dilation) / stride
// wherever that divides: for every period-th k from the first on, if there is one.
AxisPhase remainderPhase(const AxisWindow& w, int32_t first) {
  const int32_t period = w.stride / std::gcd(w.stride, w.dilation);
  AxisPhase phase{first, w.stride, (w.output - first + w.stride - 1) / w.stride, 1, {}};
  for (int32_t k = 0; k < std::min(period, w.kernel); ++k) {
    const int64_t distance = int64_t{first} + w.before - int64_t{k} * w.dilation;
    if (distance % w.stride != 0) continue;
    const int32_t apart = static_cast<int32_t>(int64_t{period} * w.dilation / w.stride);
    phase.taps = {(w.kernel - k + period - 1) / period, k, period, static_cast<int32_t>(distance / w.stride),
                  -apart};
    break;
  }
  return phase;
}

int64_t divideDown(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// Those of a phase's taps, whose offsets fall, that read inside the input from output pixel `begin` on.
AxisTaps tapsInside(const AxisTaps& taps, int32_t begin, int32_t input) {
  if (taps.count == 0) return taps;
  const int64_t last = int64_t{taps.offset} + begin, apart = -int64_t{taps.offset_step};
  const int64_t from = std::max<int64_t>(0, divideDown(last - input, apart) + 1);
  const int64_t end = std::min<int64_t>(taps.count, divideDown(last, apart) + 1);
  if (from >= end) return {0, 0, taps.index_step, 0, taps.offset_step};
  const int32_t skipped = static_cast<int32_t>(from);
  return {static_cast<int32_t>(end - from), taps.indexAt(skipped), taps.index_step,
          taps.offsetAt(skipped) + begin, taps.offset_step};
}

// Appends the phase in stretches within which every term is always or never inside the input.
void cutAtBorders(const AxisPhase& phase, int32_t input, std::vector<AxisPhase>* stretches) {
  std::vector<int32_t> cuts = {0, phase.count};
  for (int32_t i = 0; i < phase.taps.count; ++i) {
    const int32_t offset = phase.taps.offsetAt(i);
    for (const int32_t cut : {-offset, input - offset}) {
      if (cut > 0 && cut < phase.count) cuts.push_back(cut);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    const int32_t begin = cuts[i];
    stretches->push_back({phase.first + begin * phase.step, phase.step, cuts[i + 1] - begin, 1,
                          tapsInside(phase.taps, begin, input)});
  }
}

std::vector<AxisPhase> transposedAxis(const AxisWindow& w) {
  std::vector<AxisPhase> phases;
  for (int32_t first = 0; first < std::min(w.stride, w.output); ++first) {
    cutAtBorders(remainderPhase(w, first), w.input, &phases);
  }
  return phases;
}

TapPhase combine(const AxisPhase& d, const AxisPhase& h, const AxisPhase& w, const Extent3& kernel) {
  TapPhase phase;
  phase.first = {d.first, h.first, w.first};
  phase.step = {d.step, h.step, w.step};
  phase.count = {d.count, h.count, w.count};
  phase.input_step = {d.input_step, h.input_step, w.input_step};
  phase.d = d.taps;
  phase.h = h.taps;
  phase.w = w.taps;
  phase.kernel = kernel;
  return phase;
}

template <class AxisFunction>
std::vector<TapPhase> phasesOf(const Window& w, AxisFunction axis) {
  const auto ds = axis(AxisWindow{w.input.d, w.output.d, w.kernel.d, w.stride.d, w.dilation.d, w.pad_front});
  const auto hs = axis(AxisWindow{w.input.h, w.output.h, w.kernel.h, w.stride.h, w.dilation.h, w.pad_top});
  const auto ws = axis(AxisWindow{w.input.w, w.output.w, w.kernel.w, w.stride.w, w.dilation.w, w.pad_left});
  std::vector<TapPhase> phases;
  for (const auto& d : ds) {
    for (const auto& h : hs) {
      for (const auto& x : ws) phases.push_back(combine(d, h, x, w.kernel));
    }
  }
  return phases;
}

// How far the outermost taps of an axis read beyond `size` pixels.
void widen(const AxisTaps& taps, int32_t count, int32_t step, int32_t size, int32_t* before, int32_t* after) {
  for (const int32_t offset : {taps.offset, taps.offsetAt(taps.count - 1)}) {
    *before = std::max(*before, -offset);
    *after = std::max(*after, (count - 1) * step + offset - (size - 1));
  }
}

}  // namespace

std::vector<Tap> TapPhase::taps() const {
  std::vector<Tap> all;
  all.reserve(static_cast<size_t>(tapCount()));
  forEachTap([&](const Tap& tap) { all.push_back(tap); });
  return all;
}

std::vector<TapPhase> convolutionPhases(const Window& window) { return phasesOf(window, convolutionAxis); }

std::vector<TapPhase> transposedPhases(const Window& window) { return phasesOf(window, transposedAxis); }

Halo requiredHalo(const std::vector<TapPhase>& phases, const Extent3& input) {
  Halo halo;
  for (const TapPhase& phase : phases) {
    if (phase.tapCount() == 0) continue;
    const Extent3 &count = phase.count, &step = phase.input_step;
    widen(phase.d, count.d, step.d, input.d, &halo.front, &halo.back);
    widen(phase.h, count.h, step.h, input.h, &halo.top, &halo.bottom);
    widen(phase.w, count.w, step.w, input.w, &halo.left, &halo.right);
  }
  return halo;
}

}  // namespace convkit
