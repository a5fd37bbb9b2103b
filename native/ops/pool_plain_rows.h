#pragma once

#include <memory>

#include "ops/pool_plain_tables.h"

namespace convkit {

// How the row kernel goes across a line.
PoolAcross acrossOf(const PlainPool& pool);

// Row after row: a window's rows into a line, then across it.
std::unique_ptr<Op> makePlainRowsOp(const PlainPool& pool);

}  // namespace convkit
