const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Float32Array.prototype) as object,
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/** 'Float32Array' and the like, or undefined. Works across realms and cannot be spoofed, unlike instanceof. */
export function typedArrayKind(value: unknown): string | undefined {
  return typedArrayName.call(value);
}

/** What an error message calls a value that was given: `a string "3"`, `an array`, `NaN`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `a string ${JSON.stringify(truncate(value))}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length <= 6 && value.every(isPlain) ? `[${value.join(', ')}]` : 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const kind = typedArrayKind(value) ?? value.constructor?.name;
  return kind === undefined || kind === 'Object' ? 'an object' : `${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || value === null;
}

function truncate(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
