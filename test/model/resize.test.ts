import { loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { givenScale, scaledLength } from '../../src/model/operators/resize-positions.js';
import { onEachBackend } from '../layers/support.js';
import { type AttributeSpec, type ModelSpec, writeOnnx } from '../support/onnx-writer.js';

type Attributes = Readonly<Record<string, AttributeSpec>>;

/** y is x, [1, 1, 1, n], resized; `scale` and `size` are those of the last axis. */
interface Request {
  readonly x: readonly number[];
  readonly scale?: number;
  readonly size?: number;
  readonly opset?: number;
  readonly operator?: string;
  readonly attributes?: Attributes;
}

function specOf({ x, scale, size, opset = 19, operator = 'Resize', attributes = {} }: Request): ModelSpec {
  const scales = [1, 1, 1, scale ?? 1];
  const asAttribute = operator === 'Upsample' && opset < 9;
  const numbers = size === undefined ? ['numbers'] : ['', 'numbers'];
  const inputs = operator === 'Upsample' || opset < 11 ? ['x', 'numbers'] : ['x', 'roi', ...numbers];
  const node = {
    operator,
    inputs: asAttribute ? ['x'] : inputs,
    outputs: ['y'],
    attributes: asAttribute ? { ...attributes, scales: { floats: scales } } : attributes,
  };
  return {
    opset,
    nodes: [node],
    initializers: {
      roi: { shape: [0], values: [] },
      numbers:
        size === undefined ? { shape: [4], values: scales } : { type: 'int64', shape: [4], values: [1, 1, 1, size] },
    },
    inputs: [{ name: 'x', shape: [1, 1, 1, x.length] }],
    outputs: [{ name: 'y' }],
  };
}

async function run(request: Request): Promise<number[]> {
  const model = await loadModel(writeOnnx(specOf(request)));
  const { y } = model.runSync(Tensor.from([...request.x], [1, 1, 1, request.x.length]));
  model.dispose();
  return [...y.data];
}

const words = (given: Readonly<Record<string, string>>): Attributes =>
  Object.fromEntries(Object.entries(given).map(([name, string]) => [name, { string }]));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

const FLOOR = words({ mode: 'nearest', nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' });

describe('The length that a scale makes', () => {
  it('is float32 arithmetic, where a file holds output over input', () => {
    const short: string[] = [];
    const [scale, product] = [new Float32Array(1), new Float32Array(1)];
    for (let input = 1; input <= 256; input++) {
      for (let output = 1; output <= 256; output++) {
        scale[0] = output / input;
        product[0] = input * scale[0];
        const length = scaledLength(input, givenScale(output / input));
        if (length !== Math.floor(product[0])) expect.fail(`${input} to ${output} gives ${length}`);
        if (length !== output) short.push(`${input} to ${output} gives ${length}`);
      }
    }
    // In float64 one would be missing of 29,035. Of these it is in onnxruntime and in ONNX's shape inference too.
    expect(short.length).toBe(2987);
    expect(short[0]).toBe('7 to 31 gives 30');
  });
});

describe('Resize and Upsample', () => {
  onEachBackend(() => {
    it.each([
      ['Upsample', 7],
      ['Upsample', 9],
      ['Resize', 10],
      ['Resize', 11],
      ['Resize', 13],
      ['Resize', 18],
      ['Resize', 21],
    ] as const)('%s of opset %i makes the lengths that float32 arithmetic does', async (operator, opset) => {
      for (const mode of ['nearest', 'linear']) {
        const attributes = words({ mode });
        const lengths = async (x: number, scale: number) =>
          (await run({ x: upTo(x), scale, opset, operator, attributes })).length;
        expect(await lengths(10, 2.1)).toBe(21);
        expect(await lengths(50, 1.1)).toBe(55);
        expect(await lengths(22, 29 / 22)).toBe(29);
        if (operator === 'Resize') expect(await lengths(10, 0.7)).toBe(7);
      }
    });

    it('lets a skip connection meet, where the scale is computed from shapes', async () => {
      // 14 and 9 are meant; 9 / 14 as a float32 lies below the ratio.
      const spec: ModelSpec = {
        opset: 13,
        nodes: [
          { operator: 'Shape', inputs: ['x'], outputs: ['from'] },
          { operator: 'Shape', inputs: ['skip'], outputs: ['to'] },
          { operator: 'Cast', inputs: ['from'], outputs: ['from32'], attributes: { to: { int: 1 } } },
          { operator: 'Cast', inputs: ['to'], outputs: ['to32'], attributes: { to: { int: 1 } } },
          { operator: 'Div', inputs: ['to32', 'from32'], outputs: ['scales'] },
          { operator: 'Resize', inputs: ['x', '', 'scales'], outputs: ['resized'] },
          { operator: 'Add', inputs: ['resized', 'skip'], outputs: ['y'] },
        ],
        inputs: [
          { name: 'x', shape: [1, 1, 'h', 'w'] },
          { name: 'skip', shape: [1, 1, 'h2', 'w2'] },
        ],
        outputs: [{ name: 'y' }],
      };
      const model = await loadModel(writeOnnx(spec));
      for (const [input, output] of [
        [14, 9],
        [31, 62],
        [41, 55],
        [253, 256],
      ]) {
        const { y } = await model.run({ x: Tensor.zeros([1, 1, input, 3]), skip: Tensor.zeros([1, 1, output, 3]) });
        expect(y.shape).toEqual([1, 1, output, 3]);
      }
      model.dispose();
    });

    it('makes the lengths of a scale that an exporter multiplies shapes by', async () => {
      const spec: ModelSpec = {
        opset: 13,
        nodes: [
          { operator: 'Shape', inputs: ['x'], outputs: ['shape'] },
          { operator: 'Cast', inputs: ['shape'], outputs: ['shape32'], attributes: { to: { int: 1 } } },
          { operator: 'Mul', inputs: ['shape32', 'factors'], outputs: ['lengths'] },
          { operator: 'Floor', inputs: ['lengths'], outputs: ['whole'] },
          { operator: 'Cast', inputs: ['whole'], outputs: ['sizes'], attributes: { to: { int: 7 } } },
          { operator: 'Resize', inputs: ['x', '', '', 'sizes'], outputs: ['y'] },
        ],
        initializers: { factors: { shape: [4], values: [1, 1, 0.7, 2.1] } },
        inputs: [{ name: 'x', shape: [1, 1, 'h', 'w'] }],
        outputs: [{ name: 'y' }],
      };
      const model = await loadModel(writeOnnx(spec));
      expect(model.runSync(Tensor.zeros([1, 1, 10, 10])).y.shape).toEqual([1, 1, 7, 21]);
      model.dispose();
    });

    it('takes scales as an input', async () => {
      const { initializers, ...spec } = specOf({ x: upTo(10), scale: 0.7, attributes: words({ mode: 'linear' }) });
      const fed: ModelSpec = {
        ...spec,
        initializers: { roi: { shape: [0], values: [] } },
        inputs: [...(spec.inputs ?? []), { name: 'numbers', shape: [4] }],
      };
      expect(initializers).toBeDefined();
      const model = await loadModel(writeOnnx(fed));
      for (const [scale, length] of [
        [0.7, 7],
        [2.1, 21],
        [0.3, 3],
      ]) {
        const feeds = { x: Tensor.from(upTo(10), [1, 1, 1, 10]), numbers: Tensor.from([1, 1, 1, scale], [4]) };
        expect((await model.run(feeds)).y.shape).toEqual([1, 1, 1, length]);
        expect(model.runSync(feeds).y.shape).toEqual([1, 1, 1, length]);
      }
      model.dispose();
    });

    it('reads whole places by scales', async () => {
      // 1 / 0.2 is 5, though the float32 next to 0.2 lies above it.
      expect(await run({ x: upTo(10), scale: 0.2, attributes: FLOOR })).toEqual([0, 5]);
      expect(await run({ x: upTo(30), scale: 0.1, attributes: FLOOR })).toEqual([0, 10, 20]);
    });

    it('takes a place that rounding moved off a half for the half', async () => {
      const mode = (nearest: string) => words({ mode: 'nearest', nearest_mode: nearest });
      // Place 15 is 15.5 · 28 / 31 − ½ = 13.5; onnxruntime 1.30 reads the same.
      const floor = await run({ x: upTo(28), scale: 31 / 28, attributes: mode('round_prefer_floor') });
      const ceil = await run({ x: upTo(28), scale: 31 / 28, attributes: mode('round_prefer_ceil') });
      expect([floor[15], ceil[15]]).toEqual([13, 14]);
      const asymmetric = words({ coordinate_transformation_mode: 'asymmetric' });
      const y = await run({ x: upTo(20), scale: 1.2, attributes: { ...mode('round_prefer_ceil'), ...asymmetric } });
      expect([y[9], y[15]]).toEqual([8, 13]);
    });

    it('reads whole places by sizes', async () => {
      for (const [from, to] of [
        [14, 18],
        [49, 7],
        [3, 29],
        [253, 256],
      ]) {
        const places = upTo(to).map((i) => Math.floor((i * from) / to));
        expect(await run({ x: upTo(from), size: to, attributes: FLOOR })).toEqual(places);
      }
    });

    it('rounds up before opset 11 where it shrinks', async () => {
      const attributes = words({ mode: 'nearest' });
      expect(await run({ x: [1, 2, 3, 4], scale: 0.6, opset: 10, attributes })).toEqual([1, 3]);
      expect(await run({ x: upTo(10), scale: 0.95, opset: 10, attributes })).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await run({ x: [1, 2], scale: 2.5, opset: 10, attributes })).toEqual([1, 1, 1, 2, 2]);
    });

    it('aligns the corners of the length that there is', async () => {
      const attributes = words({ mode: 'linear', coordinate_transformation_mode: 'align_corners' });
      // PyTorch: interpolate(arange(7), scale_factor=1.7, mode='linear', align_corners=True)
      const expected = [0, 0.6, 1.2, 1.8, 2.4, 3, 3.6, 4.2, 4.8, 5.4, 6];
      const y = await run({ x: upTo(7), scale: 1.7, attributes });
      expect(y.length).toBe(expected.length);
      for (const [i, value] of expected.entries()) expect(y[i]).toBeCloseTo(value, 5);
    });

    it('has nothing to do for a batch of nothing', async () => {
      for (const numbers of [
        { inputs: ['x', '', 'given'], given: { shape: [4], values: [1, 1, 2, 0.5] } },
        { inputs: ['x', '', '', 'given'], given: { type: 'int64', shape: [4], values: [0, 3, 8, 2] } },
      ] as const) {
        const spec: ModelSpec = {
          nodes: [{ operator: 'Resize', inputs: numbers.inputs, outputs: ['y'] }],
          initializers: { given: numbers.given },
          inputs: [{ name: 'x', shape: ['n', 3, 4, 4] }],
          outputs: [{ name: 'y' }],
        };
        const model = await loadModel(writeOnnx(spec));
        expect(model.runSync(Tensor.zeros([0, 3, 4, 4])).y.shape).toEqual([0, 3, 8, 2]);
        model.dispose();
      }
    });

    it('changes nothing where no length changes', async () => {
      for (const mode of ['nearest', 'linear', 'cubic']) {
        expect(await run({ x: upTo(10), scale: 1.05, attributes: words({ mode }) })).toEqual(upTo(10));
      }
    });
  });
});
