#pragma once

#include <cstdint>

namespace convkit {

// Cuts `count` rows into the fewest tiles of at most `most`, nearly equal: 7 rows with tiles of 6 are
// 4 + 3, because a tile of one row leaves most of the arithmetic idle.
class RowSplit {
 public:
  RowSplit(int64_t count, int most) : tiles_((count + most - 1) / most), count_(count) {}
  int64_t tiles() const { return tiles_; }
  int64_t begin(int64_t tile) const { return tile * count_ / tiles_; }
  int rows(int64_t tile) const { return static_cast<int>(begin(tile + 1) - begin(tile)); }

 private:
  int64_t tiles_, count_;
};

// The same cut where all tiles have `most` rows or one less, as the kernels for even tiles want it.
class EvenSplit {
 public:
  EvenSplit(int64_t count, int64_t most)
      : tiles_((count + most - 1) / most), tall_(count - tiles_ * (most - 1)) {}
  bool possible() const { return tall_ >= 0; }
  int64_t tall() const { return tall_; }
  int64_t low() const { return tiles_ - tall_; }

 private:
  int64_t tiles_, tall_;
};

}  // namespace convkit
