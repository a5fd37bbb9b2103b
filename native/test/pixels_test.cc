#include "kernels/pixels/pixels.h"

#include <cmath>
#include <limits>
#include <vector>

#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

template <class T>
constexpr SlotType kTypeOf = sizeof(T) == 1   ? SlotType::kUint8
                             : sizeof(T) == 2 ? SlotType::kUint16
                                              : SlotType::kFloat32;

// On both sides of every vector.
const int kPixels[] = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 18, 19, 31, 33, 34, 70};

const float kScale[] = {0.5f, -3.0f, 1.0f / 255, 7.0f};
const float kOffset[] = {1.0f, 0.25f, -2.0f, 1e-3f};

// Memory that ends where the pixels do, so that the address sanitizer sees what is read beyond.
template <class T>
std::vector<T> someValues(int64_t count) {
  std::vector<T> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(static_cast<T>(i * 37 % 251));
  values.shrink_to_fit();
  return values;
}

template <class T>
void checkToTensor(Isa isa, int pixels, int pixel_stride, int channels, bool planes, bool reversed) {
  const std::vector<T> x = someValues<T>(int64_t{pixels} * pixel_stride);
  std::vector<float> y(static_cast<size_t>(pixels * channels));
  ToTensorArgs args{x.data(), pixels, pixel_stride,          channels, {},   kScale,
                    kOffset,  {},     planes ? 1 : channels, reversed, false};
  for (int c = 0; c < channels; ++c) {
    args.source[c] = (c + 1) % pixel_stride;
    args.y[c] = y.data() + (planes ? c * pixels : c);
  }
  pixelKernels(isa).to_tensor[static_cast<int>(kTypeOf<T>)](args);
  for (int c = 0; c < channels; ++c) {
    for (int i = 0; i < pixels; ++i) {
      const float value =
          static_cast<float>(x[static_cast<size_t>(i * pixel_stride + (c + 1) % pixel_stride)]);
      const float expected = value * kScale[c] + kOffset[c];
      CHECK_EQUAL(args.y[c][(reversed ? pixels - 1 - i : i) * args.y_stride], expected);
    }
  }
}

template <class T>
void checkFromTensor(Isa isa, int pixels, int channels) {
  std::vector<float> x = randomReals(int64_t{pixels} * channels, 3, 90000);
  x[0] = std::numeric_limits<float>::quiet_NaN();
  std::vector<T> y(x.size());
  const float scale[] = {1, 1, 1, 1}, offset[] = {0, 0.5f, 0, 0};
  FromTensorArgs args{{}, 1, pixels, channels, scale, offset, y.data()};
  for (int c = 0; c < channels; ++c) args.x[c] = x.data() + c * pixels;
  pixelKernels(isa).from_tensor[static_cast<int>(kTypeOf<T>)](args);
  const float most = static_cast<float>(std::numeric_limits<T>::max());
  for (int c = 0; c < channels; ++c) {
    for (int i = 0; i < pixels; ++i) {
      const float value = args.x[c][i] * scale[c] + offset[c];
      const float within = value > 0 ? std::min(value, most) : 0;
      CHECK_EQUAL(static_cast<float>(y[static_cast<size_t>(i * channels + c)]), std::nearbyint(within));
    }
  }
}

}  // namespace

TEST(pixelsBecomeValues) {
  forEachIsa([](Isa isa) {
    for (const int pixels : kPixels) {
      for (const bool reversed : {false, true}) {
        for (const bool planes : {false, true}) {
          for (const int stride : {1, 2, 3, 4}) {
            for (const int channels : {1, 3, 4}) {
              checkToTensor<uint8_t>(isa, pixels, stride, channels, planes, reversed);
            }
            checkToTensor<uint16_t>(isa, pixels, stride, 3, planes, reversed);
            checkToTensor<float>(isa, pixels, stride, 3, planes, reversed);
          }
        }
      }
    }
  });
}

TEST(valuesBecomePixels) {
  forEachIsa([](Isa isa) {
    for (const int pixels : kPixels) {
      for (const int channels : {1, 3, 4}) {
        checkFromTensor<uint8_t>(isa, pixels, channels);
        checkFromTensor<uint16_t>(isa, pixels, channels);
      }
    }
  });
}

TEST_MAIN()
