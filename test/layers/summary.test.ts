import {
  AdaptiveAvgPool2d,
  AvgPool1d,
  BatchNorm2d,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose2d,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  type Layer,
  Linear,
  MaxPool2d,
  ReLU,
  runtime,
  Sequential,
  Tanh,
} from 'convkit';
import { describe, expect, it } from 'vitest';
import { formatTable } from '../../src/layers/table.js';
import { onEachBackend } from './support.js';

/** Y. LeCun and others, 1998: 61,706 parameters, known to everybody. */
function leNet(): Sequential {
  return new Sequential(
    new Conv2d(1, 6, 5, { padding: 2 }),
    new Tanh(),
    new MaxPool2d(2),
    new Conv2d(6, 16, 5),
    new Tanh(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(400, 120),
    new Tanh(),
    new Linear(120, 84),
    new Tanh(),
    new Linear(84, 10),
  );
}

function fieldAfter(inputShape: number[], ...layers: Layer[]): readonly number[] {
  return new Sequential(...layers).summary(inputShape).rows.at(-1)?.receptiveField ?? [];
}

describe('the summary of LeNet-5', () => {
  onEachBackend(() => {
    const summary = () => leNet().summary([1, 1, 28, 28]);

    it('counts parameters and multiplications as one does by hand', () => {
      const { rows, parameters, multiplyAccumulates } = summary();
      expect(rows.filter((row) => row.parameters > 0).map((row) => row.parameters)).toEqual([
        156, 2416, 48120, 10164, 850,
      ]);
      expect(parameters).toBe(61706);
      // 28·28·6·25, 10·10·16·6·25, 400·120, 120·84, 84·10
      const products = [117600, 240000, 48000, 10080, 840];
      expect(rows.filter((row) => row.multiplyAccumulates > 0).map((row) => row.multiplyAccumulates)).toEqual(products);
      expect(multiplyAccumulates).toBe(416520);
      expect(leNet().summary([8, 1, 28, 28]).multiplyAccumulates).toBe(8 * 416520);
    });

    it('follows shapes and receptive fields', () => {
      const { rows, inputShape, outputShape } = summary();
      expect(inputShape).toEqual([1, 1, 28, 28]);
      expect(outputShape).toEqual([1, 10]);
      expect(rows.map((row) => row.outputShape.join('×'))).toEqual(
        '1×6×28×28 1×6×28×28 1×6×14×14 1×16×10×10 1×16×10×10 1×16×5×5 1×400 1×120 1×120 1×84 1×84 1×10'.split(' '),
      );
      const fields = [5, 5, 6, 14, 14, 16, 16, 32, 32, 32, 32, 32];
      expect(rows.map((row) => row.receptiveField)).toEqual(fields.map((side) => [side, side]));
    });

    it('tells the algorithm and the reason of every step, and what was fused', () => {
      const { rows, backend, isa } = summary();
      expect({ backend, isa }).toEqual({ backend: runtime().backend, isa: runtime().isa });
      const fused = rows.filter(({ algorithm }) => algorithm === 'fused');
      expect(fused.map(({ name, reason }) => [name, reason])).toEqual([
        ['1', 'into layer 0'],
        ['4', 'into layer 3'],
        ['8', 'into layer 7'],
        ['10', 'into layer 9'],
      ]);
      expect(rows[6].algorithm).toBe('none');
      for (const row of rows) expect(row.reason).not.toBe('');
      expect(rows[0].algorithm).toMatch(/^(direct|gemm|winograd|depthwise|fft)$/);
    });

    it('prints as a table whose columns are aligned', () => {
      const lines = String(summary()).split('\n');
      const rows = lines.filter((line) => /^\d+ /.test(line));
      expect(rows).toHaveLength(12);
      expect(lines[0]).toContain('Sequential: [1, 1, 28, 28] → [1, 10]');
      expect(rows[0]).toMatch(/^0 +Conv2d\(1, 6, 5, {.* \[1, 6, 28, 28\] +156 +117,600 +5 × 5 /);
      expect(lines.at(-1)).toMatch(/total +61,706 +416,520$/);
      const column = lines[1].indexOf('algorithm');
      expect(rows[1].slice(column)).toMatch(/^fused/);
      expect(rows[6].slice(column)).toMatch(/^none/);
    });
  });
});

describe('receptive fields', () => {
  it('are the 212 of VGG-16 before its classifier', () => {
    const blocks = [2, 2, 3, 3, 3].flatMap((count) => [
      ...Array.from({ length: count }, () => new Conv2d(1, 1, 3, { padding: 1 })),
      new MaxPool2d(2),
    ]);
    expect(fieldAfter([1, 1, 224, 224], ...blocks)).toEqual([212, 212]);
  });

  it('count dilation, one axis apart from the other', () => {
    const layers = [new Conv2d(1, 1, [3, 1], { dilation: [4, 1], stride: [1, 2] }), new Conv2d(1, 1, [2, 3])];
    expect(fieldAfter([1, 20, 20], ...layers)).toEqual([10, 5]);
  });

  it('have as many numbers as the layers have axes', () => {
    expect(fieldAfter([1, 30], new Conv1d(1, 1, 5, { stride: 3 }), new AvgPool1d(2))).toEqual([8]);
    expect(fieldAfter([1, 4, 5, 6], new Conv3d(1, 1, [1, 2, 3]))).toEqual([1, 2, 3]);
    expect(fieldAfter([4, 10], new Linear(10, 3), new ReLU())).toEqual([]);
  });

  it('of a transposed convolution are the inputs whose windows overlap', () => {
    expect(fieldAfter([1, 8, 8], new ConvTranspose2d(1, 1, 2, { stride: 2 }))).toEqual([1, 1]);
    expect(fieldAfter([1, 8, 8], new ConvTranspose2d(1, 1, 3, { stride: 2 }))).toEqual([2, 2]);
    // Down by 2 and up by 2: neighbours are one pixel apart again.
    const layers = [new MaxPool2d(2), new ConvTranspose2d(1, 1, 2, { stride: 2 }), new Conv2d(1, 1, 3)];
    expect(fieldAfter([1, 8, 8], ...layers)).toEqual([4, 4]);
  });

  it('of adaptive and global pooling reach as far as their largest window', () => {
    expect(fieldAfter([1, 7, 8], new AdaptiveAvgPool2d([3, 8]))).toEqual([3, 1]);
    expect(fieldAfter([1, 7, 8], new GlobalAvgPool2d())).toEqual([7, 8]);
  });

  it('of a linear layer that is not behind a flattening reach along the last axis only', () => {
    expect(fieldAfter([1, 7, 8], new Conv2d(1, 1, 3), new Linear(6, 2))).toEqual([3, 8]);
  });
});

describe('other counts', () => {
  it('take groups and transposition into account', () => {
    // A transposed convolution multiplies every input by the whole kernel.
    expect(new ConvTranspose2d(4, 6, 3, { stride: 2, groups: 2 }).summary([2, 4, 5, 5]).multiplyAccumulates).toBe(
      2 * 4 * 25 * 3 * 9,
    );
    expect(new Conv2d(8, 8, 3, { groups: 8, padding: 1 }).summary([1, 8, 6, 6]).multiplyAccumulates).toBe(36 * 8 * 9);
  });

  it('leave statistics out of the parameters', () => {
    expect(new BatchNorm2d(10).summary([1, 10, 2, 2]).parameters).toBe(20);
    expect(new BatchNorm2d(10, { affine: false }).summary([1, 10, 2, 2]).parameters).toBe(0);
  });

  it('name layers inside of layers by their path', () => {
    const network = new Sequential(new Sequential(new ReLU(), new Dropout()), new ReLU());
    const { rows } = network.summary([3]);
    expect(rows.map(({ name, layer }) => `${name} ${layer}`)).toEqual(['0.0 ReLU()', '0.1 Dropout(0.5)', '1 ReLU()']);
    expect(rows[1]).toMatchObject({ algorithm: 'none', reason: 'nothing to do' });
    expect(new ReLU().summary([3]).rows[0].name).toBe('');
  });
});

describe('the table of a summary', () => {
  it('fits 120 columns, whatever the names, and loses nothing', () => {
    const long = new Sequential(
      new Conv2d(3, 8, [3, 5], {
        padding: [1, 2],
        stride: [2, 2],
        dilation: [1, 1],
        groups: 1,
        paddingMode: 'reflect',
      }),
      new BatchNorm2d(8, { eps: 1e-7, affine: true }),
      new Sequential(new ConvTranspose2d(8, 8, 4, { stride: 2, padding: 1, outputPadding: [1, 1], groups: 2 })),
    ).summary([1, 3, 224, 224]);
    const text = String(long);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120);
    for (const { layer, reason } of long.rows) {
      for (const word of [...layer.split(' '), ...reason.split(' ')]) expect(text).toContain(word);
    }
  });

  it('breaks text at spaces, and words that are longer than a line', () => {
    const table = {
      head: ['name', 'n'],
      body: [
        ['one two three', '1'],
        ['x'.repeat(20), '22'],
      ],
      foot: ['', ''],
      rightAligned: [1],
    };
    expect(formatTable({ ...table, width: 12 }).split('\n')).toEqual([
      'name       n',
      '────────────',
      'one two    1',
      'three',
      'xxxxxxxx  22',
      'xxxxxxxx',
      'xxxx',
      '────────────',
      '',
    ]);
    expect(formatTable(table).split('\n')[2]).toBe(`one two three${' '.repeat(10)}1`);
  });
});
