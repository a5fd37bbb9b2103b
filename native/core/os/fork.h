#pragma once

namespace convkit {

// What is done when this process makes a copy of itself: before, and then in the parent and in the child. A
// child has only the thread that forked, and would wait for ever for a mutex that another thread held.
void atFork(void (*before)(), void (*in_parent)(), void (*in_child)());

}  // namespace convkit
