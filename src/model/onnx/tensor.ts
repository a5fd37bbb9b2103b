import { ModelError } from '../../errors.js';
import { formatShape, MAX_ELEMENTS } from '../../shape.js';
import { ELEMENT_FORMATS, type ElementFormat, STRING_CODE, unknownType } from './element-types.js';
import type { ExternalData } from './external-data.js';
import { type TensorMessage, TYPED_FIELDS } from './tensor-message.js';
import type { OnnxTensor } from './types.js';
import { Fields } from './wire.js';

/** Far above any real tensor; a shape is copied and printed. */
export const MAX_RANK = 64;

/**
 * The tensor that a TensorProto stands for. Its sizes are checked against the values that are there before memory for
 * them is taken; float32 and float64 that happen to be aligned stay where they are.
 *
 * @throws ModelError that does not name the tensor yet
 */
export function decodeTensor(message: TensorMessage, external: ExternalData): OnnxTensor {
  if (message.code === STRING_CODE) throw new ModelError('holds text, which is not supported');
  const format = ELEMENT_FORMATS.get(message.code);
  if (format === undefined) throw new ModelError(unknownType(message.code));
  const count = countElements(message.shape);
  checkFields(message, format);
  const data = readValues(message, format, count, external);
  return Object.freeze({ type: format.type, shape: Object.freeze(message.shape), data });
}

function countElements(shape: readonly number[]): number {
  if (shape.length > MAX_RANK) throw new ModelError(`has ${shape.length} axes, but at most ${MAX_RANK} are supported`);
  if (shape.some((size) => size < 0)) throw new ModelError(`shape ${formatShape(shape)} has a negative size`);
  // Before the product, which would be 0 × ∞.
  if (shape.includes(0)) return 0;
  const count = shape.reduce((product, size) => product * size, 1);
  if (count > MAX_ELEMENTS) {
    throw new ModelError(
      `shape ${formatShape(shape)} has ${count} elements, but at most ${MAX_ELEMENTS} are supported`,
    );
  }
  return count;
}

/** The values of a tensor stand in one place, and in the place for its type. */
function checkFields({ counts, raw, external }: TensorMessage, format: ElementFormat): void {
  const typed = [...counts.keys()].filter((field) => counts.get(field) !== 0);
  const places = [
    ...typed.map((field) => TYPED_FIELDS.get(field)?.name),
    ...(raw === undefined ? [] : ['raw_data']),
    ...(external ? ['external_data'] : []),
  ];
  if (places.length > 1) throw new ModelError(`has values in both ${places[0]} and ${places[1]}`);
  if (typed.length === 1 && typed[0] !== format.field) {
    const expected = TYPED_FIELDS.get(format.field)?.name;
    throw new ModelError(`has its values in ${places[0]}, but those of ${format.type} belong in ${expected}`);
  }
}

/**
 * Values out of the model file are copied, though every fourth tensor happens to be aligned in it: a view of one would
 * keep the whole file in memory. Those of other files stay in place, so that tied weights share them.
 */
function readValues(message: TensorMessage, format: ElementFormat, count: number, external: ExternalData) {
  const { raw, shape } = message;
  if (raw !== undefined || message.external) {
    const needed = count * format.bytes;
    const bytes = raw ?? external.rangeOf(message, needed);
    if (bytes.length !== needed) {
      throw new ModelError(
        `${format.type} of shape ${formatShape(shape)} needs ${needed} bytes, but there are ${bytes.length}`,
      );
    }
    return format.fromRaw(raw === undefined ? bytes : new Uint8Array(bytes));
  }
  const given = message.counts.get(format.field) ?? 0;
  if (given !== count) {
    throw new ModelError(`shape ${formatShape(shape)} needs ${count} values, but there are ${given}`);
  }
  return readTypedValues(message, format, count);
}

function readTypedValues({ bytes, packed }: TensorMessage, format: ElementFormat, count: number) {
  const kind = TYPED_FIELDS.get(format.field)?.kind ?? 'int';
  const sameAsRaw = kind === 'float' || kind === 'double';
  if (sameAsRaw && packed?.length === count * format.bytes) return format.fromRaw(new Uint8Array(packed));
  const { data, misfit } = format.fromField(count, (put) => {
    const fields = new Fields(bytes);
    for (let field = fields.next(); field !== 0; field = fields.next()) {
      if (field === format.field) fields.numbers(kind, put);
    }
  });
  if (misfit !== undefined) throw new ModelError(`has the value ${misfit}, which is no ${format.type}`);
  return data;
}
