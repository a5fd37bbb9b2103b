// The template of the `image_resize` family, included once by each thin per-ISA file.

#include "kernels/image_resize/across_bytes.h"
#include "kernels/image_resize/down.h"
#include "kernels/image_resize/floats.h"

#define CONVKIT_IMAGE_RESIZE_TABLE                                                                          \
  {                                                                                                         \
    {{acrossBytes<1, false>, acrossBytes<2, false>, acrossBytes<3, false>, acrossBytes<4, false>},          \
     {acrossBytes<1, true>, acrossBytes<2, true>, acrossBytes<3, true>, acrossBytes<4, true>}},             \
        downBytes, downSums, {acrossFloats<float>, nullptr, acrossFloats<uint8_t>, acrossFloats<uint16_t>}, \
    {                                                                                                       \
      downFloats<float>, nullptr, downFloats<uint8_t>, downFloats<uint16_t>                                 \
    }                                                                                                       \
  }
