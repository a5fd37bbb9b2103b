// The template of the `sums` family, included once by each thin per-ISA file.

#include "kernels/sums/prefix.h"
#include "kernels/sums/window.h"

#define CONVKIT_SUM_TABLE                                                                  \
  {                                                                                        \
    {nullptr, nullptr, addRow<uint8_t>, addRow<uint16_t>},                                 \
        {nullptr, nullptr, exchangeRows<uint8_t>, exchangeRows<uint16_t>},                 \
        {nullptr, nullptr, windowMeans<uint8_t>, windowMeans<uint16_t>},                   \
        {nullptr, prefixSums<int32_t>, prefixSums<uint8_t>, prefixSums<uint16_t>}, addSums \
  }
