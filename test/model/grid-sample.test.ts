import { loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { Archive, type Blob } from '../support/archive.js';
import { writeOnnx } from '../support/onnx-writer.js';

interface Stored {
  readonly shape: readonly number[];
  readonly blob: Blob;
}

interface GridCase {
  readonly mode: 'nearest' | 'bilinear' | 'bicubic';
  readonly padding: string;
  readonly alignCorners: boolean;
  readonly x: Stored;
  readonly grid: Stored;
  readonly y: Stored;
}

const archive = new Archive<readonly GridCase[]>('grid-sample');
const read = ({ shape, blob }: Stored) => new Tensor(new Float32Array(archive.bytes(blob).buffer), shape);

/** Opset 20 has other names for two of the modes. */
const NAMES = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic' } as const;

async function sample({ mode, padding, alignCorners }: GridCase, opset: number, feeds: Record<string, Tensor>) {
  const model = await loadModel(
    writeOnnx({
      opset,
      nodes: [
        {
          operator: 'GridSample',
          inputs: ['x', 'grid'],
          outputs: ['y'],
          attributes: {
            mode: { string: opset < 20 ? mode : NAMES[mode] },
            padding_mode: { string: padding },
            align_corners: { int: Number(alignCorners) },
          },
        },
      ],
      inputs: ['x', 'grid'].map((name) => ({ name, shape: feeds[name].shape })),
      outputs: [{ name: 'y' }],
    }),
  );
  const { y } = await model.run(feeds);
  model.dispose();
  return y;
}

const named = archive.index.map((one) => {
  const { mode, padding, alignCorners, x } = one;
  return [
    `${mode}, ${padding}, ${alignCorners ? 'corners aligned' : 'not aligned'}, ${x.shape.join('×')}`,
    one,
  ] as const;
});

describe('GridSample reads what PyTorch does', () => {
  onEachBackend(() => {
    it.each(named)('%s', async (_name, one) => {
      const feeds = { x: read(one.x), grid: read(one.grid) };
      const expected = read(one.y);
      for (const opset of [16, 20]) {
        const y = await sample(one, opset, feeds);
        expect(y.shape).toEqual(expected.shape);
        // Values lie in −1 to 1, and the cubic kernel's weights add up to at most 1.6² in magnitude.
        const wrong = y.data.findIndex((value, i) => !(Math.abs(value - expected.data[i]) <= 1e-5));
        expect(wrong === -1 ? '' : `element ${wrong} is ${y.data[wrong]}, not ${expected.data[wrong]}`).toBe('');
      }
    });

    it.each(['zeros', 'border', 'reflection'])(
      'points that are no places read nothing or an edge: %s',
      async (padding) => {
        const grid = [Number.NaN, 0, Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, 0];
        for (const mode of ['nearest', 'bilinear', 'bicubic'] as const) {
          const one = { ...archive.index[0], mode, padding, alignCorners: true };
          const feeds = { x: Tensor.from([3, 5], [1, 1, 1, 2]), grid: Tensor.from(grid, [1, 1, 3, 2]) };
          const { data } = await sample(one, 16, feeds);
          expect([...data], mode).toEqual(padding === 'border' ? [0, 5, 3] : [0, 0, 0]);
        }
      },
    );
  });
});
