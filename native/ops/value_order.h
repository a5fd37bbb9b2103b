#pragma once

#include <cstdint>
#include <cstring>

namespace convkit {

// Values with their places as whole numbers that can be sorted without a second look at memory which another
// thread of JavaScript may be changing: no two are equal, and ties of values go to the lower place.

// Grows with the value; zeros are equal, and so are NaNs, which count as largest.
inline uint32_t orderOf(float value) {
  if (value != value) return UINT32_MAX;
  value += 0.0f;  // −0 becomes 0
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits >> 31 ? ~bits : bits | 0x80000000u;
}

// The least rank comes first.
inline uint64_t rankOfLargest(float value, uint32_t place) { return uint64_t{~orderOf(value)} << 32 | place; }
inline uint64_t rankOfSmallest(float value, uint32_t place) { return uint64_t{orderOf(value)} << 32 | place; }

inline uint32_t placeOfRank(uint64_t rank) { return static_cast<uint32_t>(rank); }

}  // namespace convkit
