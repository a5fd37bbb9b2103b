#pragma once

namespace convkit {

// For debuggers and profilers; at most 15 characters.
void nameThisThread(const char* name);

}  // namespace convkit
