import { conv2dOutputShape, pool2dOutputShape } from 'convkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBenchShape, parseBenchShape } from '../../src/bench/shapes/benchdnn.js';
import type { BenchShape } from '../../src/bench/shapes/shape.js';
import { assertProperty } from '../support/property.js';

describe('parseBenchShape', () => {
  it('reads a convolution', () => {
    expect(parseBenchShape('g2mb4_ic6ih9iw20_oc8oh4ow17_kh3kw2_sh2sw1_ph0pw0_dh0dw2n"a:b/c d*4"')).toEqual({
      kind: 'conv',
      name: 'a:b/c d*4',
      batch: 4,
      groups: 2,
      inChannels: 6,
      outChannels: 8,
      input: [9, 20],
      output: [4, 17],
      kernelSize: [3, 2],
      stride: [2, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
      dilation: [1, 3],
    });
  });

  it('reads a pooling where there is no oc', () => {
    const pool = { kind: 'pool', batch: 1, inChannels: 64, output: [28, 28], dilation: [1, 1] };
    expect(parseBenchShape('ic64ih56kh2sh2')).toMatchObject({ ...pool, algorithm: 'max' });
    expect(parseBenchShape('max:ic64ih56kh2sh2')).toMatchObject({ ...pool, algorithm: 'max' });
    expect(parseBenchShape('avg_np:ic64ih56kh2sh2')).toMatchObject({ ...pool, algorithm: 'avg_np' });
    expect(parseBenchShape('avg_p:ic64ih56kh2sh2')).toMatchObject({ ...pool, algorithm: 'avg_p' });
  });

  it.each([
    // [descriptor, output, padding of the height, padding of the width]
    ['ic3ih32oc8kh5', [28, 28], [0, 0], [0, 0]],
    ['ic3ih224oc64oh112kh7sh2ph3', [112, 112], [3, 3], [3, 3]],
    ['ic3ih32oc8oh32kh5', [32, 32], [2, 2], [2, 2]],
    ['ic3ih32iw10oc8kh3ph1', [32, 10], [1, 1], [1, 1]],
    ['ic3ih32oc8kh3kw1ph1pw0', [32, 32], [1, 1], [0, 0]],
    ['ic3ih32iw32oc8oh30kh3', [30, 30], [0, 0], [0, 0]],
    // The padding after the input follows from the output: TensorFlow's 'SAME' pads more at the end.
    ['ic3ih512oc32oh256kh3sh2ph0', [256, 256], [0, 1], [0, 1]],
    ['ic3ih8oc8oh8kh4', [8, 8], [1, 2], [1, 2]],
    ['ic32ih56oc64oh28kh1sh2', [28, 28], [0, 0], [0, 0]],
    ['ic3ih28oc8oh28kh3dh1', [28, 28], [2, 2], [2, 2]],
    ['ic3ih1iw100oc8oh1ow98kh1kw3', [1, 98], [0, 0], [0, 0]],
    ['ic3id1ih9oc3od1kd1kh3sd1pd0dd0', [7, 7], [0, 0], [0, 0]],
  ])('%s', (text, output, height, width) => {
    const shape = parseBenchShape(text);
    expect(shape.output).toEqual(output);
    expect(shape.padding).toEqual([height, width]);
  });

  it.each([
    ['', 'height: ih is missing'],
    ['ic3ih8', 'height: kh is missing'],
    ['ih8kh3oc4', 'ic is missing'],
    ['g3ic3ih8kh3', 'oc is missing'],
    ['ic3ih8oc4kh3zz1', "did not understand 'zz1'"],
    ['-ic3', "did not understand '-ic3'"],
    ['ic-3', 'ic needs a number after it'],
    ['ic3ih8oc4khsh2', "did not understand 'khsh2'"],
    ['ic3ih8oc4kh3ih9', 'ih is given twice'],
    ['ic0ih8oc4kh3', 'ic must be at least 1'],
    ['ic3ih8oc4kh3sh0', 'height: sh must be at least 1'],
    ['ic3ih8oc4oh0kh3', 'height: oh must be at least 1'],
    ['g0ic3ih8oc4kh3', 'g must be at least 1'],
    ['g2ic3ih8oc4kh3', 'ic3 does not divide into g2 groups'],
    ['g2ic4ih8oc3kh3', 'oc3 does not divide into g2 groups'],
    ['ic3ih8oc4kh9', 'height: a kernel that spans 9 is larger than an input of 8 with padding 0'],
    ['ic3ih8iw4oc4kh3dh1', 'width: a kernel that spans 5 is larger than an input of 4 with padding 0'],
    [
      'ic3ih8oc4oh5kh3ph1',
      'height: an output of 5 does not follow from an input of 8, a kernel of 3, stride 1, padding 1 and 0 skipped ' +
        'between taps, which give 8',
    ],
    ['ic3ih8oc4oh20kh3ph1', /^height: an output of 20 does not follow/],
    ['ic3iw8oc4kw3', 'iw without ih: a one-dimensional shape is ih1 and kh1'],
    ['ic3ih8id8oc4kh3kd3', /^id8 makes it three-dimensional/],
    ['ic3ih8oc4kh3dd1', /^dd1 makes it three-dimensional/],
    ['avg:ic3ih8kh3', "expected one of max, avg_np, avg_p before ':', but got 'avg'"],
    ['max:ic3ih8oc4kh3', "'max:' is for poolings, which have no oc"],
    ['avg_p:ic3ih8kh3dh1', 'an average pooling cannot be dilated'],
    ['ic3ih8kh3ph2', 'padding of 2 is more than half of a pooling kernel of 3'],
    ['ic3ih8oc4kh3n', 'expected n"name" with a name between two quotes'],
    ['ic3ih8oc4kh3n"a"b"', 'expected n"name" with a name between two quotes'],
    ['mb1000000ic1000ih100oc1kh1', /^the input would have 10000000000000 elements, but 2\^31 - 1/],
    ['ic100000ih1oc100000kh1', /^the weight would have/],
  ] as [string, string | RegExp][])('refuses %j', (text, reason) => {
    const start = `shape '${text}': `;
    expect(() => parseBenchShape(text)).toThrow(expect.objectContaining({ code: 'ERR_BENCH', name: 'BenchError' }));
    try {
      parseBenchShape(text);
    } catch (error) {
      const { message } = error as Error;
      expect(message.slice(0, start.length)).toBe(start);
      if (typeof reason === 'string') expect(message.slice(start.length)).toBe(reason);
      else expect(message.slice(start.length)).toMatch(reason);
    }
  });
});

describe('formatBenchShape', () => {
  it('writes what benchdnn reads alike, square shapes without a width', () => {
    const write = (text: string) => formatBenchShape(parseBenchShape(text));
    expect(write('ic3ih224oc64kh7kw7sh2ph3n"conv1"')).toBe('mb1ic3ih224oc64oh112kh7sh2ph3n"conv1"');
    expect(write('ic3ih32iw16oc8kh3')).toBe('mb1ic3ih32iw16oc8oh30ow14kh3kw3ph0pw0');
    expect(write('avg_p:ic8ih9kh3sh2sw1')).toBe('avg_p:mb1ic8ih9iw9oh4ow7kh3kw3sh2sw1ph0pw0');
    expect(write('g4mb2ic4ih9oc8kh3dh1')).toBe('g4mb2ic4ih9oc8oh5kh3ph0dh1');
  });
});

const upTo = (max: number, min = 1) => fc.integer({ min, max });
const axis = fc.record({ i: upTo(40), k: upTo(5), s: upTo(3), p: upTo(3, 0), d: upTo(2, 0) });

/** Descriptors without an output, of which some do not fit. */
const descriptors = fc
  .record({ h: axis, w: axis, square: fc.boolean(), mb: upTo(3), g: upTo(3), ic: upTo(5), oc: upTo(5, 0) })
  .map(({ h, w, square, mb, g, ic, oc }) => {
    const side = (name: string, { i, k, s, p, d }: typeof h) =>
      `i${name}${i}k${name}${k}s${name}${s}p${name}${p}d${name}${d}`;
    const channels = oc === 0 ? `mb${mb}ic${ic}` : `g${g}mb${mb}ic${g * ic}oc${g * oc}`;
    return `${channels}${side('h', h)}${square ? '' : side('w', w)}`;
  });

function outputOf({ batch, inChannels, input, ...shape }: BenchShape): readonly number[] {
  const x = [batch, inChannels, ...input];
  const { stride, padding, dilation, kernelSize } = shape;
  if (shape.kind === 'pool') return pool2dOutputShape(x, kernelSize, { stride, padding, dilation });
  const { groups, outChannels } = shape;
  const weight = [outChannels, inChannels / groups, ...kernelSize];
  return conv2dOutputShape(x, weight, { stride, padding, dilation, groups });
}

function parseOrNone(text: string): BenchShape | undefined {
  try {
    return parseBenchShape(text);
  } catch {
    return undefined;
  }
}

describe('any descriptor', () => {
  it('gives the output that convkit computes, and is read again as the same shape', async () => {
    let fitting = 0;
    await assertProperty(descriptors, 500, (text) => {
      const shape = parseOrNone(text);
      if (shape === undefined) return;
      fitting++;
      expect(outputOf(shape).slice(2)).toEqual(shape.output);
      expect(parseBenchShape(formatBenchShape(shape))).toEqual(shape);
    });
    expect(fitting).toBeGreaterThan(100);
  });

  it('is refused only where convkit refuses it', async () => {
    await assertProperty(axis, 500, ({ i, k, s, p, d }) => {
      const shape = parseOrNone(`ic2ih${i}oc2kh${k}sh${s}ph${p}dh${d}`);
      const compute = () => conv2dOutputShape([1, 2, i, i], [2, 2, k, k], { stride: s, padding: p, dilation: d + 1 });
      if (shape === undefined) expect(compute).toThrow();
      else expect(compute().slice(2)).toEqual(shape.output);
    });
  });

  it('with an output has a padding that gives it', async () => {
    let fitting = 0;
    const withOutput = fc.tuple(axis, upTo(45), fc.boolean());
    await assertProperty(withOutput, 2000, ([{ i, k, s, p, d }, o, given]) => {
      const shape = parseOrNone(`ic1ih${i}oc1oh${o}kh${k}sh${s}${given ? `ph${p}` : ''}dh${d}`);
      if (shape === undefined) return;
      fitting++;
      expect(shape.output).toEqual([o, o]);
      expect(outputOf(shape).slice(2)).toEqual([o, o]);
      if (given) expect(shape.padding[0][0]).toBe(p);
      expect(parseBenchShape(formatBenchShape(shape))).toEqual(shape);
    });
    expect(fitting).toBeGreaterThan(100);
  });
});
