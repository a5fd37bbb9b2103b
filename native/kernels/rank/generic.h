// The template of the `rank` family, included once by each thin per-ISA file.

#include "kernels/rank/extremes.h"
#include "kernels/rank/medians.h"

#define CONVKIT_RANKS_OF(T)                                                          \
  {                                                                                  \
    extremes<T, false>, extremes<T, true>, {sortColumns<T, 3>, sortColumns<T, 5>}, { \
      median3<T>, median5<T>                                                         \
    }                                                                                \
  }

#define CONVKIT_RANK_TABLE                                                                 \
  {                                                                                        \
    { CONVKIT_RANKS_OF(float), {}, CONVKIT_RANKS_OF(uint8_t), CONVKIT_RANKS_OF(uint16_t) } \
  }
