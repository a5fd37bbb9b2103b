#include "kernels/layout/layout.h"

#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

constexpr float kGuard = -12345;

// Values whose memory ends where the last one may be read, so that the address sanitizer sees more.
std::vector<float> matrix(int64_t rows, int64_t stride, int64_t columns) {
  return randomReals((rows - 1) * stride + columns, 7);
}

}  // namespace

TEST(transposesEveryShape) {
  forEachIsa([](Isa isa) {
    for (int64_t rows = 1; rows <= 35; ++rows) {
      for (int64_t columns = 1; columns <= 19; ++columns) {
        const int64_t from_stride = columns + 3, to_stride = rows + 2;
        const std::vector<float> from = matrix(rows, from_stride, columns);
        std::vector<float> to(static_cast<size_t>(columns * to_stride), kGuard);
        std::vector<float> expected = to;
        for (int64_t r = 0; r < rows; ++r) {
          for (int64_t c = 0; c < columns; ++c) expected[c * to_stride + r] = from[r * from_stride + c];
        }
        layoutKernels(isa).transpose(
            {from.data(), from_stride, to.data(), to_stride, rows, columns, rows, 0});
        checkSame(to, expected, std::string("transpose on ") + isaName(isa));
      }
    }
  });
}

TEST(transposesWithRowsToSpare) {
  forEachIsa([](Isa isa) {
    for (int64_t rows = 1; rows <= 16; ++rows) {
      const std::vector<float> from = matrix(16, 9, 9);
      std::vector<float> to(static_cast<size_t>(9 * rows), kGuard), expected = to;
      for (int64_t r = 0; r < rows; ++r) {
        for (int64_t c = 0; c < 9; ++c) expected[c * rows + r] = from[r * 9 + c];
      }
      layoutKernels(isa).transpose({from.data(), 9, to.data(), rows, rows, 9, 16, 0});
      checkSame(to, expected, std::string("transpose with rows to spare on ") + isaName(isa));
    }
  });
}

TEST(scattersColumns) {
  forEachIsa([](Isa isa) {
    for (int64_t rows : {1, 7, 16, 21, 64}) {
      for (int64_t columns : {1, 3, 4, 9, 18}) {
        const std::vector<float> from = matrix(rows, columns + 1, columns);
        std::vector<float> to(static_cast<size_t>(columns * rows), kGuard), expected = to;
        std::vector<int64_t> targets;
        for (int64_t c = 0; c < columns; ++c) targets.push_back((columns - 1 - c) * rows);
        for (int64_t r = 0; r < rows; ++r) {
          for (int64_t c = 0; c < columns; ++c) expected[targets[c] + r] = from[r * (columns + 1) + c];
        }
        layoutKernels(isa).scatter(
            {from.data(), columns + 1, to.data(), 0, rows, columns, rows, 0, targets.data()});
        checkSame(to, expected, std::string("scatter on ") + isaName(isa));
      }
    }
  });
}

TEST(copiesAndPads) {
  forEachIsa([](Isa isa) {
    for (int64_t columns = 1; columns <= 40; ++columns) {
      for (int64_t padded = columns; padded <= columns + 18; padded += 6) {
        const int64_t rows = 3, from_stride = columns + 5, to_stride = padded + 1;
        const std::vector<float> from = matrix(rows, from_stride, columns);
        std::vector<float> to(static_cast<size_t>(rows * to_stride), kGuard), expected = to;
        for (int64_t r = 0; r < rows; ++r) {
          for (int64_t c = 0; c < padded; ++c)
            expected[r * to_stride + c] = c < columns ? from[r * from_stride + c] : 0;
        }
        layoutKernels(isa).copy({from.data(), from_stride, to.data(), to_stride, rows, columns, 0, padded});
        checkSame(to, expected, std::string("copy on ") + isaName(isa));
      }
    }
  });
}

TEST_MAIN()
