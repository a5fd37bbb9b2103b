#pragma once

#include "program/plan_steps.h"

namespace convkit {

StepDescription planResample(const Step& step, Isa isa, ValueTable& table);

}  // namespace convkit
