import { ArgumentError } from '../errors.js';
import { type ActivationRecord, IDENTITY } from '../program/step.js';
import type { TensorLike } from '../tensor.js';
import { describe } from '../values.js';
import { closest, readNumber, readOptions } from './options.js';

const PLAIN_KINDS = ['relu', 'relu6', 'sigmoid', 'tanh', 'silu', 'hardSigmoid', 'hardSwish', 'gelu'] as const;
/**
 * @inline
 */
type PlainKind = (typeof PLAIN_KINDS)[number];

/** A function applied to every element: by name, or with its parameters. */
export type Activation =
  | PlainKind
  | {
      /** The same as the name alone. */
      readonly kind: PlainKind;
    }
  | {
      /** x < 0 ? slope·x : x */
      readonly kind: 'leakyRelu';
      /** Default 0.01. */
      readonly slope?: number | undefined;
    }
  | {
      /** Clamps to [min, max]. */
      readonly kind: 'clip';
      /** Left out, nothing is too small. */
      readonly min?: number | undefined;
      /** Left out, nothing is too large. */
      readonly max?: number | undefined;
    }
  | {
      /** x < 0 ? alpha·(eˣ − 1) : x */
      readonly kind: 'elu';
      /** Default 1. */
      readonly alpha?: number | undefined;
    }
  | {
      /** x < 0 ? slope·x : x with slopes that were learnt. */
      readonly kind: 'prelu';
      /** One value, or one a channel. */
      readonly slope: TensorLike;
    };

/** An activation with its numbers resolved; a prelu's slope stays what the caller gave. */
export interface ResolvedActivation {
  readonly record: ActivationRecord;
  readonly slope?: unknown;
}

const PARAMETERS = {
  leakyRelu: ['slope'],
  clip: ['min', 'max'],
  elu: ['alpha'],
  prelu: ['slope'],
} as const;
type ParametricKind = keyof typeof PARAMETERS;

const ALL_KINDS: readonly string[] = [...PLAIN_KINDS, ...Object.keys(PARAMETERS)];

/**
 * @throws ArgumentError for an unknown name, or a parameter that is missing, of the wrong type or not known.
 */
export function readActivation(operator: string, value: unknown): ResolvedActivation {
  if (value === undefined || value === null) return { record: IDENTITY };
  const kind = typeof value === 'string' ? value : (value as { kind?: unknown }).kind;
  if (typeof kind !== 'string' || !ALL_KINDS.includes(kind)) throw unknownActivation(operator, value, kind);
  if (!isParametric(kind)) {
    if (typeof value === 'object') readOptions(`${operator}: activation '${kind}'`, value, ['kind']);
    return { record: record(kind as PlainKind) };
  }
  const context = `${operator}: activation '${kind}'`;
  const parameters = readOptions(context, typeof value === 'string' ? {} : value, ['kind', ...PARAMETERS[kind]]);
  return RESOLVERS[kind](context, parameters);
}

type Parameters = Readonly<Record<string, unknown>>;

const RESOLVERS: Record<ParametricKind, (context: string, given: Parameters) => ResolvedActivation> = {
  leakyRelu: (context, { slope }) => ({ record: record('leakyRelu', readNumber(`${context}: slope`, slope, 0.01)) }),
  elu: (context, { alpha }) => ({ record: record('elu', readNumber(`${context}: alpha`, alpha, 1)) }),
  clip: (context, given) => {
    const min = readNumber(`${context}: min`, given.min, Number.NEGATIVE_INFINITY);
    const max = readNumber(`${context}: max`, given.max, Number.POSITIVE_INFINITY);
    if (min > max) throw new ArgumentError(`${context}: min must not exceed max, but got min ${min} and max ${max}`);
    return { record: record('clip', min, max) };
  },
  prelu: (context, { slope }) => {
    if (slope === undefined || slope === null) {
      throw new ArgumentError(`${context}: slope must be a Tensor with one value, or one a channel, but got ${slope}`);
    }
    return { record: record('prelu'), slope };
  },
};

function isParametric(kind: string): kind is ParametricKind {
  return Object.hasOwn(PARAMETERS, kind);
}

function record(kind: ActivationRecord['kind'], alpha = 0, beta = 0): ActivationRecord {
  return Object.freeze({ kind, alpha, beta });
}

function unknownActivation(operator: string, value: unknown, kind: unknown): ArgumentError {
  const given = typeof kind === 'string' ? JSON.stringify(kind) : describe(value);
  const likely = typeof kind === 'string' ? closest(kind, ALL_KINDS) : undefined;
  const hint = likely === undefined ? '' : `. Did you mean '${likely}'?`;
  return new ArgumentError(
    `${operator}: activation must be one of ${ALL_KINDS.join(', ')}, by name or as { kind, … }, but got ${given}${hint}`,
  );
}
