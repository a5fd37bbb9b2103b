#include "program/check_steps.h"

namespace convkit {

void checkGeneralStep(const Step&, const SlotChecker&) { failProgram("unknown step kind"); }

}  // namespace convkit
