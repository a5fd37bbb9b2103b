#pragma once

#include <cmath>

#include "kernels/binary/binary.h"
#include "kernels/eltwise/eltwise.h"
#include "program/kinds.h"

namespace convkit {

// What a binary step computes, wherever its operands lie.
struct BinarySpec {
  BinaryOperation operation;
  Activation activation;           // any but prelu
  float exponent = std::nanf("");  // pow's, where it is one value that is known
  Isa isa;
};

// activation(a ∘ b) over a run of values.
class BinaryFunction {
 public:
  explicit BinaryFunction(const BinarySpec& spec);

  // `args` without its bounds. y overlaps neither operand.
  void operator()(BinaryArgs args) const;
  int lanes() const { return kernels_.lanes; }
  // Rough cost of a value, as against a multiply-add.
  double cost() const;

 private:
  void combine(const BinaryArgs& args) const;
  void combineOneByOne(const BinaryArgs& args) const;

  const BinarySpec spec_;
  const BinaryKernels& kernels_;
  float low_, high_;
  bool bounds_only_;
};

}  // namespace convkit
