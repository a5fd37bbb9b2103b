#pragma once

// Written by `npm run schema` from src/backend/schema.ts: what the addon and the files beside it compare when
// they meet.

namespace convkit {

constexpr char kSchemaHash[] = "993c3b03f0203472";

}  // namespace convkit
