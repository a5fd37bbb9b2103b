#include "program/plan_steps.h"

namespace convkit {

StepDescription planGeneralStep(const Step&, Isa, ValueTable&) { return {"plain", ""}; }

}  // namespace convkit
