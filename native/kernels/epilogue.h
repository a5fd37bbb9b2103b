#pragma once

#include "program/kinds.h"

namespace convkit {

// What becomes of a convolution's sums as they are written: y = activation(sum + bias + residual).
struct Epilogue {
  ActivationKind kind;
  float alpha, beta;
  const float* bias;   // may be null
  const float* slope;  // prelu's, else null
  bool per_row;        // bias and slope belong to rows, not to the lanes of vectors
};

}  // namespace convkit
