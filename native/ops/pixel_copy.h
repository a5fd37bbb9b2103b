#pragma once

#include <cstdint>
#include <cstring>

namespace convkit {

// y[i] = x[place(i)] for pixels of a number of bytes that the compiler knows.
template <int kBytes, class Place>
inline void copyPixelsOf(const char* x, char* y, int64_t count, Place&& place) {
  for (int64_t i = 0; i < count; ++i) std::memcpy(y + i * kBytes, x + place(i) * kBytes, kBytes);
}

// The same for 1 to 4 channels of 1, 2 or 4 bytes.
template <class Place>
void copyPixels(int64_t bytes, const char* x, char* y, int64_t count, Place&& place) {
  switch (bytes) {
    case 1:
      return copyPixelsOf<1>(x, y, count, place);
    case 2:
      return copyPixelsOf<2>(x, y, count, place);
    case 3:
      return copyPixelsOf<3>(x, y, count, place);
    case 4:
      return copyPixelsOf<4>(x, y, count, place);
    case 6:
      return copyPixelsOf<6>(x, y, count, place);
    case 8:
      return copyPixelsOf<8>(x, y, count, place);
    case 12:
      return copyPixelsOf<12>(x, y, count, place);
    default:
      return copyPixelsOf<16>(x, y, count, place);
  }
}

}  // namespace convkit
