#pragma once

#include "program/code_reader.h"
#include "program/step.h"

namespace convkit {

// Reads the record of step->kind, whose fields stand in the order of src/geometry/records.ts.
void readGeometry(CodeReader& reader, Step* step);

}  // namespace convkit
