/** What an option may be: a flag, or something that is read from the text of its value. */
export interface Option<T> {
  /** What stands for the value in the help; absent for a flag. */
  readonly value?: string;
  readonly short?: string;
  readonly help: string;
  /** The default, as the help shows it. */
  readonly shownDefault?: string;
  /** Lists the values that were given, in their order. @throws Error whose message follows the option's name. */
  readonly read: (given: readonly string[]) => T;
}

/** Options by their names in code: `perStep` is `--per-step` to users. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** The typed values of options. */
export type Values<O extends Options> = { readonly [Name in keyof O]: O[Name] extends Option<infer T> ? T : never };

/** What is said of every option that has a value. */
interface Described<D> {
  readonly help: string;
  readonly short?: string;
  /** What the option is where it is not given; undefined, or no values, where this is absent. */
  readonly default?: D;
}

/** How one value is read. */
export interface ValueSpec<T, D> extends Described<D> {
  /** What stands for the value in the help. */
  readonly value: string;
  /** Completes "expected …" in an error. */
  readonly expected: string;
  /** The value that a text means, or undefined for none. */
  readonly parse: (text: string) => T | undefined;
  /** The default as a user would write it, where that is not what it is called in code. */
  written?(value: D): string;
}

/** True where given. */
export function flag(help: string, short?: string): Option<boolean> {
  return { help, read: (given) => given.length > 0, ...(short === undefined ? {} : { short }) };
}

/** One value, the last that was given. */
export function single<T, D>(spec: ValueSpec<T, D>): Option<T | D> {
  return {
    ...shown(spec, spec.default === undefined ? undefined : (spec.written?.(spec.default) ?? String(spec.default))),
    read: (given) => (given.length === 0 ? (spec.default as D) : parsed(spec, given[given.length - 1])),
  };
}

/** Many values: separated by commas, by giving the option again, or both. */
export function list<T>(spec: ValueSpec<T, readonly T[] | undefined>): Option<readonly T[]> {
  return {
    ...shown(spec, spec.default?.join(',')),
    read: (given) =>
      given.length === 0
        ? (spec.default ?? [])
        : given.flatMap((several) => several.split(',').map((one) => parsed(spec, one))),
  };
}

/** Any text but an empty one: `text('FILE', { help })`. */
export function text<D = undefined>(value: string, rest: Described<D>): ValueSpec<string, D> {
  return { value, expected: `a ${value}`, parse: (given) => given || undefined, ...rest };
}

/** One of a few words. */
export function choice<const C extends string, D extends C | undefined = undefined>(
  choices: readonly C[],
  rest: Described<D>,
): ValueSpec<C, D> {
  return {
    value: choices.join('|'),
    expected: `one of ${choices.join(', ')}`,
    parse: (given) => choices.find((word) => word === given),
    ...rest,
  };
}

/** A whole number within limits. */
export function integer<D = undefined>(
  value: string,
  [min, max]: readonly [min: number, max: number],
  rest: Described<D>,
): ValueSpec<number, D> {
  return {
    value,
    expected: `an integer from ${min} to ${max}`,
    parse: (given) => {
      const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
      return number >= min && number <= max ? number : undefined;
    },
    ...rest,
  };
}

function shown<T, D>({ value, help, short }: ValueSpec<T, D>, shownDefault: string | undefined) {
  return {
    value,
    help,
    ...(short === undefined ? {} : { short }),
    ...(shownDefault === undefined ? {} : { shownDefault }),
  };
}

function parsed<T, D>({ expected, parse }: ValueSpec<T, D>, given: string): T {
  const value = parse(given);
  if (value === undefined) throw new Error(`expected ${expected}, but got '${given}'`);
  return value;
}

/** `perStep` → `per-step`. */
export function optionName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
