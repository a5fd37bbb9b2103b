#include "program/channel_axes.h"

#include "ops/axes.h"

namespace convkit {
namespace {

// The axes of one operand, from which axes of given sizes are taken off at either end.
class AxisList {
 public:
  AxisList(const Axes& size, const Axes& stride) {
    const MergedAxes merged = mergeAxes(size, {&stride});
    for (int i = 0; i < merged.count; ++i) {
      if (merged.size[i] > 1) axes_.push_back({merged.size[i], merged.stride[0][i]});
    }
  }

  // An axis of this size whose places follow one another in one step, which is then *stride.
  bool takeInner(int64_t size, int64_t* stride) {
    *stride = 0;
    for (int64_t taken = 1; taken < size;) {
      if (axes_.empty()) return false;
      Axis& axis = axes_.back();
      const int64_t piece = std::min(axis.size, size / taken);
      if (size / taken % piece != 0 || axis.size % piece != 0) return false;
      if (taken == 1) *stride = axis.stride;
      if (axis.stride != *stride * taken) return false;
      taken *= piece;
      axis = {axis.size / piece, axis.stride * piece};
      if (axis.size == 1) axes_.pop_back();
    }
    return true;
  }

  bool takeOuter(int64_t size, int64_t* stride) {
    *stride = 0;
    for (int64_t left = size; left > 1;) {
      if (axes_.empty()) return false;
      Axis& axis = axes_.front();
      const int64_t piece = std::min(axis.size, left);
      if (left % piece != 0 || axis.size % piece != 0) return false;
      const int64_t step = axis.stride * (axis.size / piece);
      if (left != size && *stride != step * piece) return false;
      *stride = step;
      left /= piece;
      axis.size /= piece;
      if (axis.size == 1) axes_.erase(axes_.begin());
    }
    return true;
  }

  // Where each place of what is left lies.
  std::vector<int64_t> places() const {
    std::vector<int64_t> all = {0};
    for (const Axis& axis : axes_) {
      std::vector<int64_t> inner;
      for (const int64_t place : all) {
        for (int64_t i = 0; i < axis.size; ++i) inner.push_back(place + i * axis.stride);
      }
      all = std::move(inner);
    }
    return all;
  }
  int64_t volume() const {
    int64_t volume = 1;
    for (const Axis& axis : axes_) volume *= axis.size;
    return volume;
  }

 private:
  struct Axis {
    int64_t size, stride;
  };
  std::vector<Axis> axes_;
};

// A longer list of channels than any network has is not worth its memory.
constexpr int64_t kMostChannels = 1 << 16;

}  // namespace

std::optional<Spread> spreadOf(const Axes& size, const Axes& stride, const Dims& dims, int64_t operand_size) {
  const int64_t n = dims.n, c = dims.c, pixels = dims.space.volume();
  AxisList axes(size, stride);
  int64_t image, channel, pixel;
  if (!axes.takeInner(pixels, &pixel) || !axes.takeInner(c, &channel) || !axes.takeInner(n, &image))
    return {};
  // The stride of an axis of size 1 is nobody's concern.
  auto strides = [&](int64_t of_image, int64_t of_channel, int64_t of_pixel) {
    return (n == 1 || image == of_image) && (c == 1 || channel == of_channel) &&
           (pixels == 1 || pixel == of_pixel);
  };
  if (strides(c * pixels, pixels, 1) && operand_size == dims.size()) return Spread::kNone;
  if (strides(0, 0, 0)) return Spread::kEverywhere;
  if (strides(c, 1, 0) && operand_size == n * c) return Spread::kImageChannel;
  if (strides(0, 1, 0) && operand_size == c) return Spread::kChannel;
  return {};
}

std::vector<ChannelSource> channelsOf(const StridedGeometry& geometry, const Dims& x) {
  const int64_t pixels = x.space.volume(), images = x.n;
  AxisList axes(geometry.size, geometry.stride);
  int64_t pixel, image;
  if (!axes.takeInner(pixels, &pixel) || !axes.takeOuter(images, &image)) return {};
  if ((pixels > 1 && pixel != 1) || (images > 1 && image != x.c * pixels)) return {};
  if (axes.volume() > kMostChannels) return {};
  std::vector<ChannelSource> channels;
  for (const int64_t place : axes.places()) {
    const int64_t at = geometry.offset + place;
    if (at < 0 || at % pixels != 0 || at / pixels >= x.c) return {};
    channels.push_back({0, static_cast<int32_t>(at / pixels)});
  }
  return channels;
}

}  // namespace convkit
