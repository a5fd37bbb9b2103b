#pragma once

namespace convkit {

// Keeps the library that this code stands in loaded until the process ends: Node.js closes an addon when the
// last thread of JavaScript that used it ends, and the pool's threads would go on in memory that is gone.
void keepCodeLoaded();

}  // namespace convkit
