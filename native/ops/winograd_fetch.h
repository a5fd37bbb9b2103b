#pragma once

#include <cstdint>

#include "ops/winograd_tiles.h"

namespace convkit {

// The lines of plain planes that some tiles will be written to, brought to the caches a few at a time while
// their products are computed. Rows of different planes lie too far apart for the processor to foresee the
// next ones.
class OutputFetch {
 public:
  struct Target {
    const float* planes;  // where the tiles' offsets count from, in the first plane
    int64_t plane_stride, row_stride;
    int64_t channels;
    const WinogradTile* begin;
    const WinogradTile* end;
  };

  OutputFetch() = default;
  explicit OutputFetch(const Target& target) : target_(target), next_(target.begin) { startStrip(); }

  // Calls of `some` that are still to come get equal shares of what is left.
  void spreadOver(int64_t calls) {
    const int64_t pixels = target_.end == target_.begin ? 0 : pixelsLeft();
    share_ = calls == 0 ? 0 : (pixels / kLineFloats + calls) / calls;
  }

  void some() {
    for (int64_t i = 0; i < share_ && strip_ != nullptr; ++i) {
      __builtin_prefetch(target_.planes + channel_ * target_.plane_stride + strip_->y +
                             row_ * target_.row_stride + line_ * kLineFloats,
                         1, 2);
      advance();
    }
  }

 private:
  static constexpr int64_t kLineFloats = 16;

  int64_t pixelsLeft() const {
    int64_t pixels = 0;
    for (const WinogradTile* tile = target_.begin; tile < target_.end; ++tile)
      pixels += int64_t{tile->rows} * tile->columns;
    return pixels * target_.channels;
  }

  // Tiles that lie side by side.
  void startStrip() {
    strip_ = next_ == target_.end ? nullptr : next_;
    if (strip_ == nullptr) return;
    int64_t pixels = next_->columns;
    for (++next_; next_ < target_.end && next_->y == strip_->y + pixels; ++next_) pixels += next_->columns;
    lines_ = (pixels + kLineFloats - 1) / kLineFloats;
  }

  void advance() {
    if (++line_ < lines_) return;
    line_ = 0;
    if (++row_ < strip_->rows) return;
    row_ = 0;
    if (++channel_ < target_.channels) return;
    channel_ = 0;
    startStrip();
  }

  Target target_{};
  const WinogradTile* strip_ = nullptr;
  const WinogradTile* next_ = nullptr;
  int64_t share_ = 0, lines_ = 0;
  int64_t line_ = 0, row_ = 0, channel_ = 0;
};

}  // namespace convkit
