// The template of the `pixels` family, included once by each thin per-ISA file.

#include "kernels/pixels/from_tensor.h"
#include "kernels/pixels/to_tensor.h"

#define CONVKIT_PIXEL_TABLE                                                 \
  {                                                                         \
    {toTensor<float>, nullptr, toTensorBytes, toTensor<uint16_t>}, {        \
      fromTensor<float>, nullptr, fromTensor<uint8_t>, fromTensor<uint16_t> \
    }                                                                       \
  }
