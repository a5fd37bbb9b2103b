#pragma once

// Written by `npm run schema` from src/backend/schema.ts: what the addon and the files beside it compare when
// they meet.

namespace convkit {

constexpr char kSchemaHash[] = "c9ed9e4b0e282237";

}  // namespace convkit
