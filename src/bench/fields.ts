import { BenchError } from './bench-error.js';

/** A value of a JSON document, with what a message needs to say where it stands. */
export class Field {
  readonly origin: string;
  readonly path: string;
  readonly value: unknown;

  constructor(origin: string, path: string, value: unknown) {
    this.origin = origin;
    this.path = path;
    this.value = value;
  }

  /** The member `key` of an object, whose value is undefined where there is none. */
  member(key: string): Field {
    const path = this.path === '' ? key : `${this.path}.${key}`;
    return new Field(this.origin, path, Object.hasOwn(this.object(), key) ? this.object()[key] : undefined);
  }

  /** `read` applied to a member that may be missing; nothing where it is, so that the result can be spread. */
  optional<K extends string, T>(key: K, read: (field: Field) => T): { [P in K]?: T } {
    const field = this.member(key);
    return field.value === undefined ? {} : ({ [key]: read(field) } as { [P in K]?: T });
  }

  object(): Record<string, unknown> {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.refuse('a JSON object');
    return value as Record<string, unknown>;
  }

  list(): Field[] {
    if (!Array.isArray(this.value)) this.refuse('a list');
    return (this.value as unknown[]).map((item, index) => new Field(this.origin, `${this.path}[${index}]`, item));
  }

  text(): string {
    if (typeof this.value !== 'string' || this.value === '') this.refuse('a string that is not empty');
    return this.value as string;
  }

  oneOf<T extends string>(...choices: readonly T[]): T {
    if (!choices.includes(this.value as T)) this.refuse(choices.map((choice) => `'${choice}'`).join(' or '));
    return this.value as T;
  }

  /** A finite number above zero. */
  positive(): number {
    if (!Number.isFinite(this.value) || (this.value as number) <= 0) this.refuse('a number above 0');
    return this.value as number;
  }

  /** A finite number, zero or above. */
  nonNegative(): number {
    if (!Number.isFinite(this.value) || (this.value as number) < 0) this.refuse('a number of 0 or above');
    return this.value as number;
  }

  /** A whole number from 1. */
  count(): number {
    if (!Number.isSafeInteger(this.value) || (this.value as number) < 1) this.refuse('a whole number from 1');
    return this.value as number;
  }

  /** @throws BenchError that names the document, the place in it, what was expected, and what is there */
  refuse(expected: string): never {
    const place = this.path === '' ? 'the document' : this.path;
    throw new BenchError(`${this.origin}: ${place} must be ${expected}, got ${describe(this.value)}`);
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON has no NaN and no infinities: it would call them null.
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
