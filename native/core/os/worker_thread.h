#pragma once

namespace convkit {

// Starts a detached thread with every signal blocked, so that handlers go on running where the process
// expects them. False where the system has no thread to give.
bool startDetachedThread(void* (*function)(void*), void* argument);

}  // namespace convkit
