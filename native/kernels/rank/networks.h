#pragma once

// Networks of comparisons. Each entry exchanges two values that are in the wrong order; what nobody reads of
// an exchange costs nothing, because the compiler leaves it out.
//
// Those for parts of a row, and the last one, are what remained of sorting networks when every comparison was
// left out whose absence changes no result for inputs of zeros and ones (a network that orders those orders
// everything). The last one's inputs are partly in order already: it was tried on those orders only, for 1500
// arrangements of its inputs, and takes 26 operations.

#include <cstdint>

namespace convkit {
namespace {

using Exchange = uint8_t[2];

constexpr Exchange kSort3[] = {{0, 1}, {1, 2}, {0, 1}};
constexpr Exchange kSort5[] = {{0, 3}, {1, 4}, {0, 2}, {1, 3}, {0, 1}, {2, 4}, {1, 2}, {3, 4}, {2, 3}};

// The two or three smallest of five, the three in the middle, the three or two largest: each in its place.
constexpr Exchange kLowest2Of5[] = {{0, 1}, {2, 3}, {0, 2}, {1, 3}, {0, 4}, {2, 4}, {1, 2}};
constexpr Exchange kLowest3Of5[] = {{0, 1}, {2, 3}, {0, 2}, {1, 3}, {1, 2}, {0, 4}, {2, 4}, {1, 2}};
constexpr Exchange kHighest3Of5[] = {{0, 1}, {2, 3}, {0, 2}, {1, 3}, {1, 2}, {2, 4}, {1, 2}, {3, 4}};
constexpr Exchange kHighest2Of5[] = {{0, 3}, {1, 4}, {0, 2}, {1, 3}, {2, 4}, {3, 4}, {2, 3}};

// A square of 5 × 5 whose rows and columns are sorted has its median among 13 values: six others are surely
// not above it, six not below. The place of each row's candidates in the network, and the network.
constexpr int kCandidates = 13, kMedianPlace = 6;
constexpr Exchange kMedianOf13[] = {{0, 1},  {6, 7}, {10, 11}, {1, 3},   {4, 6}, {5, 7},  {5, 6},
                                    {8, 12}, {2, 4}, {3, 5},   {10, 12}, {5, 6}, {9, 10}, {4, 12},
                                    {4, 8},  {5, 9}, {3, 5},   {6, 8},   {5, 6}};

}  // namespace
}  // namespace convkit
