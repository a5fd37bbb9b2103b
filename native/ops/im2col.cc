#include "ops/im2col.h"

#include <algorithm>

#include "ops/rows.h"

namespace convkit {
namespace {

// The outputs of one axis whose tap `tap` lies inside the input.
struct Inside {
  int64_t begin, end;
  int64_t first;  // input position for `begin`
};

struct Axis {
  int64_t input, output, stride, dilation, pad;

  int64_t position(int64_t output_index, int64_t tap) const {
    return output_index * stride + tap * dilation - pad;
  }
  Inside inside(int64_t tap) const {
    const int64_t start = position(0, tap);
    const int64_t begin = std::min(output, start < 0 ? (-start + stride - 1) / stride : 0);
    const int64_t end = start >= input ? 0 : std::min(output, (input - start + stride - 1) / stride);
    return {begin, std::max(begin, end), position(begin, tap)};
  }
  // The output whose tap `tap` lies at `at`, or -1.
  int64_t outputAt(int64_t at, int64_t tap) const {
    const int64_t distance = at + pad - tap * dilation;
    if (distance < 0 || distance % stride != 0 || distance / stride >= output) return -1;
    return distance / stride;
  }
};

class ColumnsOp : public Op {
 public:
  ColumnsOp(const PoolGeometry& geometry, const Value& x, const Value& y)
      : window_(geometry.window),
        planes_(int64_t{geometry.batch} * geometry.channels),
        d_{window_.input.d, window_.output.d, window_.stride.d, window_.dilation.d, window_.pad_front},
        h_{window_.input.h, window_.output.h, window_.stride.h, window_.dilation.h, window_.pad_top},
        w_{window_.input.w, window_.output.w, window_.stride.w, window_.dilation.w, window_.pad_left},
        x_(x),
        y_(y) {}

 protected:
  const Window window_;
  const int64_t planes_;
  const Axis d_, h_, w_;
  const Value x_, y_;
};

class Im2colOp final : public ColumnsOp {
 public:
  using ColumnsOp::ColumnsOp;

  void run(const RunContext& context) const override {
    const int64_t taps = window_.kernel.volume();
    const int64_t outputs = window_.output.volume();
    forEachRow(context, planes_ * taps, outputs * 2, [&](int64_t row, int) {
      const float* plane = context.f32(x_) + row / taps * window_.input.volume();
      writeRow(plane, row % taps, context.f32(y_) + row * outputs);
    });
  }

 private:
  // One row of the matrix: what one tap sees.
  void writeRow(const float* plane, int64_t tap, float* y) const {
    const Inside w = w_.inside(takeAxis(tap, window_.kernel.w));
    const int64_t kh = takeAxis(tap, window_.kernel.h);
    for (int64_t od = 0; od < d_.output; ++od) {
      const int64_t d = d_.position(od, tap);
      for (int64_t oh = 0; oh < h_.output; ++oh, y += w_.output) {
        const int64_t h = h_.position(oh, kh);
        if (d < 0 || d >= d_.input || h < 0 || h >= h_.input) {
          std::fill_n(y, w_.output, 0.0f);
        } else {
          copyLine(plane + (d * h_.input + h) * w_.input, w, y);
        }
      }
    }
  }

  void copyLine(const float* line, const Inside& w, float* y) const {
    std::fill(y, y + w.begin, 0.0f);
    const float* x = line + w.first;
    if (w_.stride == 1) {
      std::copy_n(x, w.end - w.begin, y + w.begin);
    } else {
      for (int64_t ow = w.begin; ow < w.end; ++ow, x += w_.stride) y[ow] = *x;
    }
    std::fill(y + w.end, y + w_.output, 0.0f);
  }
};

class Col2imOp final : public ColumnsOp {
 public:
  using ColumnsOp::ColumnsOp;

  void run(const RunContext& context) const override {
    const int64_t lines = d_.input * h_.input;
    const int64_t columns = window_.kernel.volume() * window_.output.volume();
    forEachRow(context, planes_ * lines, columns / lines + w_.input, [&](int64_t row, int participant) {
      const float* x = context.f32(x_) + row / lines * columns;
      float* y = context.f32(y_) + row * w_.input;
      if (!isLong()) return gatherLine(x, row % lines, y);
      double* sums = reinterpret_cast<double*>(context.threadScratch(participant));
      gatherLine(x, row % lines, sums);
      std::copy_n(sums, w_.input, y);
    });
  }

  size_t threadScratchBytes() const override { return isLong() ? w_.input * sizeof(double) : 0; }

 private:
  // So many windows may overlap that float32 sums would lose too much.
  bool isLong() const {
    constexpr int64_t kMany = 256;
    return window_.kernel.volume() > kMany;
  }

  // One line of the image.
  template <class Sum>
  void gatherLine(const float* columns, int64_t line, Sum* y) const {
    const int64_t h = takeAxis(line, h_.input);
    const int64_t d = line;
    std::fill_n(y, w_.input, Sum{0});
    for (int64_t kd = 0; kd < window_.kernel.d; ++kd) {
      const int64_t od = d_.outputAt(d, kd);
      if (od < 0) continue;
      for (int64_t kh = 0; kh < window_.kernel.h; ++kh) {
        const int64_t oh = h_.outputAt(h, kh);
        if (oh < 0) continue;
        const int64_t tap = (kd * window_.kernel.h + kh) * window_.kernel.w;
        addTaps(columns + tap * window_.output.volume() + (od * h_.output + oh) * w_.output, y);
      }
    }
  }

  template <class Sum>
  void addTaps(const float* columns, Sum* y) const {
    for (int64_t kw = 0; kw < window_.kernel.w; ++kw, columns += window_.output.volume()) {
      const Inside w = w_.inside(kw);
      for (int64_t ow = w.begin; ow < w.end; ++ow) y[w.first + (ow - w.begin) * w_.stride] += columns[ow];
    }
  }
};

}  // namespace

std::unique_ptr<Op> makeIm2colOp(const PoolGeometry& geometry, const Value& x, const Value& y) {
  return std::make_unique<Im2colOp>(geometry, x, y);
}

std::unique_ptr<Op> makeCol2imOp(const PoolGeometry& geometry, const Value& x, const Value& y) {
  return std::make_unique<Col2imOp>(geometry, x, y);
}

}  // namespace convkit
