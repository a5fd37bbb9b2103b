#pragma once

#include <napi.h>

#include <memory>

#include "program/program.h"

namespace convkit {

// An External that carries a program and a type tag, so that no other External is mistaken for one. The
// collector is told how much memory hangs on it.
Napi::Value makeProgramHandle(Napi::Env env, std::shared_ptr<const Program> program);

// Throws std::invalid_argument where `value` is not a handle, or was disposed of.
std::shared_ptr<const Program> programOf(Napi::Value value);

// Drops the handle's share of the program; runs in flight keep theirs.
void disposeProgramHandle(Napi::Value value);

}  // namespace convkit
