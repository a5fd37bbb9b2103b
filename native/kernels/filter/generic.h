// The template of the `filter` family, included once by each thin per-ISA file.

#include "kernels/filter/fixed.h"
#include "kernels/filter/rows.h"
#include "kernels/filter/sums.h"
#include "kernels/filter/whole.h"

#define CONVKIT_FILTER_TABLE                                                                          \
  {                                                                                                   \
    {widenRow<float>, nullptr, widenRow<uint8_t>, widenRow<uint16_t>},                                \
        {narrowRow<float>, nullptr, narrowRow<uint8_t>, narrowRow<uint16_t>}, filterSums, sharpenRow, \
        widenFixed, mirroredSums, narrowFixed, widenWhole, wholeColumns, wholeRow                     \
  }
