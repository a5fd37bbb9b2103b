#pragma once

#include "core/cpu.h"

namespace convkit {

// What a machine can do at most, the lines of a roofline plot (Williams, Waterman and Patterson, "Roofline:
// an insightful visual performance model", 2009).
struct Roof {
  double gflops;                // multiply-adds in registers, two operations each
  double gigabytes_per_second;  // read and written by copying memory that no cache holds
};

// Takes some tenths of a second, on as many threads of the pool.
Roof measureRoof(Isa isa, int threads);

}  // namespace convkit
