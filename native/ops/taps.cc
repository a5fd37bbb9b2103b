#include "ops/taps.h"

#include <algorithm>

namespace convkit {
namespace {

// One axis of a phase.
struct AxisPhase {
  int32_t first, step, count, input_step;
  struct Term {
    int32_t offset, index;
  };
  std::vector<Term> terms;
};

struct AxisWindow {
  int32_t input, output, kernel, stride, dilation, before;
};

std::vector<AxisPhase> convolutionAxis(const AxisWindow& w) {
  AxisPhase phase{0, 1, w.output, w.stride, {}};
  for (int32_t k = 0; k < w.kernel; ++k) phase.terms.push_back({k * w.dilation - w.before, k});
  return {phase};
}

// output = input·stride + k·dilation − before, so input = (output + before − k·dilation) / stride
// wherever that divides.
AxisPhase remainderPhase(const AxisWindow& w, int32_t first) {
  AxisPhase phase{first, w.stride, (w.output - first + w.stride - 1) / w.stride, 1, {}};
  for (int32_t k = 0; k < w.kernel; ++k) {
    const int32_t distance = first + w.before - k * w.dilation;
    if (distance % w.stride == 0) phase.terms.push_back({distance / w.stride, k});
  }
  return phase;
}

// Appends the phase in stretches within which every term is always or never inside the input.
void cutAtBorders(const AxisPhase& phase, int32_t input, std::vector<AxisPhase>* stretches) {
  std::vector<int32_t> cuts = {0, phase.count};
  for (const AxisPhase::Term& term : phase.terms) {
    for (const int32_t cut : {-term.offset, input - term.offset}) {
      if (cut > 0 && cut < phase.count) cuts.push_back(cut);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    const int32_t begin = cuts[i];
    AxisPhase stretch{phase.first + begin * phase.step, phase.step, cuts[i + 1] - begin, 1, {}};
    for (const AxisPhase::Term& term : phase.terms) {
      const int32_t offset = term.offset + begin;
      if (offset >= 0 && offset < input) stretch.terms.push_back({offset, term.index});
    }
    stretches->push_back(stretch);
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
  for (const auto& td : d.terms) {
    for (const auto& th : h.terms) {
      for (const auto& tw : w.terms) {
        const int32_t index = (td.index * kernel.h + th.index) * kernel.w + tw.index;
        phase.taps.push_back({{td.offset, th.offset, tw.offset}, index});
      }
    }
  }
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

void widen(int32_t count, int32_t step, int32_t offset, int32_t size, int32_t* before, int32_t* after) {
  *before = std::max(*before, -offset);
  *after = std::max(*after, (count - 1) * step + offset - (size - 1));
}

}  // namespace

std::vector<TapPhase> convolutionPhases(const Window& window) { return phasesOf(window, convolutionAxis); }

std::vector<TapPhase> transposedPhases(const Window& window) { return phasesOf(window, transposedAxis); }

Halo requiredHalo(const std::vector<TapPhase>& phases, const Extent3& input) {
  Halo halo;
  for (const TapPhase& phase : phases) {
    for (const Tap& tap : phase.taps) {
      widen(phase.count.d, phase.input_step.d, tap.offset.d, input.d, &halo.front, &halo.back);
      widen(phase.count.h, phase.input_step.h, tap.offset.h, input.h, &halo.top, &halo.bottom);
      widen(phase.count.w, phase.input_step.w, tap.offset.w, input.w, &halo.left, &halo.right);
    }
  }
  return halo;
}

}  // namespace convkit
