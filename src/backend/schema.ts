import {
  BINARY_OPERATIONS,
  BORDERS,
  GRID_MODES,
  GRID_PADDING_MODES,
  IMAGE_PAD_MODES,
  PAD_MODES,
  REDUCE_OPERATIONS,
  RESIZE_ARITHMETICS,
  UNARY_OPERATIONS,
} from '../geometry/records.js';
import { SLOT_TYPES } from '../program/program.js';
import { ACTIVATION_KINDS, ALGORITHMS, STEP_TABLE } from '../program/step.js';

/** The lists that cross as places in them, by the names of the native core's enumerations (native/program/kinds.h). */
export const ENUMERATIONS: Readonly<Record<string, readonly string[]>> = {
  SlotType: SLOT_TYPES,
  StepKind: Object.keys(STEP_TABLE),
  ActivationKind: ACTIVATION_KINDS,
  Algorithm: ALGORITHMS,
  PadMode: PAD_MODES,
  UnaryOperation: UNARY_OPERATIONS,
  BinaryOperation: BINARY_OPERATIONS,
  ReduceOperation: REDUCE_OPERATIONS,
  GridMode: GRID_MODES,
  GridPadding: GRID_PADDING_MODES,
  BorderMode: BORDERS,
  ResizeArithmetic: RESIZE_ARITHMETICS,
  ImagePadMode: IMAGE_PAD_MODES,
};

/** What the addon exports, beside its hash: the functions of binding.d.ts. */
export const ADDON_FUNCTIONS = [
  'createProgram',
  'stageConstants',
  'appendConstant',
  'createProgramAsync',
  'run',
  'runAsync',
  'cancel',
  'allocate',
  'memoryUse',
  'releaseMemory',
  'dispose',
  'describe',
  'profile',
  'memory',
  'runtime',
  'setThreads',
  'constantId',
  'roof',
] as const;

/** Everything on which the two languages have to agree, a line each. */
function schemaText(): string {
  const steps = Object.entries(STEP_TABLE).map(([kind, { fields, operands, results, scalars }]) =>
    [kind, fields, operands, results, scalars].join(' | '),
  );
  const lists = Object.entries(ENUMERATIONS).map(([name, words]) => `${name}: ${words}`);
  return [...steps, ...lists, `functions: ${ADDON_FUNCTIONS}`].join('\n');
}

/**
 * A number for the form in which programs cross, 64 bits in hexadecimal: the same on both sides, or they are not of one
 * version. native/program/schema_hash.h has the addon's; `npm run schema` writes it.
 */
export function schemaHash(): string {
  // FNV-1a, in two halves with different beginnings.
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (const character of schemaText()) {
    const code = character.charCodeAt(0);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x01000193) ^ (low >>> 15);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The whole header. */
export function schemaHeader(): string {
  return `#pragma once

// Written by \`npm run schema\` from src/backend/schema.ts: what the addon and the files beside it compare when
// they meet.

namespace convkit {

constexpr char kSchemaHash[] = "${schemaHash()}";

}  // namespace convkit
`;
}
