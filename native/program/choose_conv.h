#pragma once

#include <string>

#include "core/cpu.h"
#include "ops/winograd_conv.h"
#include "program/step.h"

namespace convkit {

// How a convolution is going to be computed.
enum class ConvPath {
  kGemm,           // panels of pixels, plain in and out
  kBlocked,        // register tiles over taps, channels in the ISA's blocks
  kFewChannels,    // the same with all input channels of a pixel side by side
  kLanes,          // each channel in its own lane
  kExpandedLanes,  // the same after each output channel's inputs were brought to its lane
  kWinograd,       // transformed tiles, fewer multiplications
  kNarrow,         // plain in and out, pixels in lanes, a few channels at a time
  kFft,            // spectra of tiles, plain in and out
  kTiles,          // kBlocked on the processor's matrix units
};

struct ConvSurroundings {
  bool plain;  // the operands are plain, and so may the result be
  bool constant_weights;
  bool cold_weights = false;  // the program has more weights than stay in any cache from one run to the next
  bool scaled_input = false;  // by one value a channel, which matrix units do in passing
};

struct ConvChoice {
  ConvPath path;
  std::string algorithm;
  std::string reason;
  int tile = 0;       // of Winograd
  int32_t bands = 0;  // of kBlocked and kFewChannels: from 2 on, plain in and out
  WinogradWeights weights = WinogradWeights::kTransformed;
};

// Looks at the shape, the instruction set and what the user asked for, never at the batch size, the
// number of threads or the data: equal images must give equal bits.
ConvChoice chooseConv(const Step& step, Isa isa, const ConvSurroundings& around);

}  // namespace convkit
