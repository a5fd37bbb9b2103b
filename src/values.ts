const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Float32Array.prototype) as object,
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/** 'Float32Array' and the like, or undefined. Works across realms and cannot be spoofed, unlike instanceof. */
export function typedArrayKind(value: unknown): string | undefined {
  return typedArrayName.call(value);
}

/** A Uint8Array, and so a Buffer, of any realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return typedArrayKind(value) === 'Uint8Array';
}

/** What an error message calls a value that was given: `a string "3"`, `an array`, `NaN`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `a string ${JSON.stringify(truncate(value))}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length <= 6 && value.every(isPlain) ? `[${value.join(', ')}]` : 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (isPromise(value)) return 'a Promise (is an `await` missing?)';
  const kind = typedArrayKind(value) ?? value.constructor?.name;
  return kind === undefined || kind === 'Object' ? 'an object' : `${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** By its looks: whatever can be awaited. */
export function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** An object as `{…}` makes it, of any realm; no instance of a class and nothing with a meaning of its own. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (Object.getPrototypeOf(value) === null) return true;
  return value.constructor?.name === 'Object' && !(Symbol.toStringTag in value) && !isPromise(value);
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || value === null;
}

function truncate(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
