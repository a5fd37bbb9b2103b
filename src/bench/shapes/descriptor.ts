/** The numbers that a descriptor may hold, by their names there; those of the depth are only checked to be trivial. */
export type Field = (typeof FIELDS)[number];

const FIELDS = [
  ...(['g', 'mb', 'ic', 'oc'] as const),
  ...(['id', 'ih', 'iw', 'od', 'oh', 'ow', 'kd', 'kh', 'kw'] as const),
  ...(['sd', 'sh', 'sw', 'pd', 'ph', 'pw', 'dd', 'dh', 'dw'] as const),
];

/** A descriptor, taken apart but not yet understood. */
export interface Descriptor {
  readonly prefix?: string;
  readonly fields: ReadonlyMap<Field, number>;
  readonly name?: string;
}

const TOKEN = /([a-z]+)(\d*)/y;

/** The depth of a two-dimensional problem, which benchdnn prints with `--canonical=true`. */
const NO_DEPTH: Readonly<Partial<Record<Field, number>>> = { id: 1, od: 1, kd: 1, sd: 1, pd: 0, dd: 0 };

/**
 * Splits `avg_np:mb1ic64ih56kh3n"name"` into its prefix, numbers and name. Underscores between numbers do not count.
 *
 * @throws Error whose message tells what is wrong.
 */
export function readDescriptor(text: string): Descriptor {
  const fields = new Map<Field, number>();
  const prefix = /^([a-z_]+):/.exec(text)?.[1];
  const named = prefix === undefined ? {} : { prefix };
  let at = prefix === undefined ? 0 : prefix.length + 1;
  while (at < text.length) {
    if (text[at] === '_') at++;
    else if (text[at] === 'n') return { ...named, fields: withoutDepth(fields), name: readName(text.slice(at + 1)) };
    else at = readField(text, at, fields);
  }
  return { ...named, fields: withoutDepth(fields) };
}

function readField(text: string, at: number, fields: Map<Field, number>): number {
  TOKEN.lastIndex = at;
  const [token, letters, digits] = TOKEN.exec(text) ?? [];
  const field = FIELDS.find((name) => name === letters);
  if (token === undefined || field === undefined) throw new Error(`did not understand '${text.slice(at, at + 12)}'`);
  if (digits === '') throw new Error(`${field} needs a number after it`);
  if (fields.has(field)) throw new Error(`${field} is given twice`);
  fields.set(field, Number(digits));
  return TOKEN.lastIndex;
}

/** Shells take the quotes away, so they need not be there. */
function readName(text: string): string {
  const name = text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  if (name === '' || name.includes('"')) throw new Error('expected n"name" with a name between two quotes');
  return name;
}

function withoutDepth(fields: Map<Field, number>): Map<Field, number> {
  for (const [field, trivial] of Object.entries(NO_DEPTH) as [Field, number][]) {
    const value = fields.get(field);
    if (value !== undefined && value !== trivial) {
      throw new Error(`${field}${value} makes it three-dimensional, but only two-dimensional shapes are measured`);
    }
    fields.delete(field);
  }
  return fields;
}
