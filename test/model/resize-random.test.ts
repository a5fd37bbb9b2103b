import { loadModel, Tensor } from 'convkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ResizeFile, resizeModel } from '../cases/resize.js';
import { onEachBackend } from '../layers/support.js';
import { writeOnnx } from '../support/onnx-writer.js';
import { assertProperty } from '../support/property.js';
import { drawValues } from '../support/random.js';
import { type ResizeCase, resizeReference } from '../support/reference/resize.js';

const COORDINATES = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric', 'tf_crop_and_resize'];

/** The modes that came, or went, with a version. */
function coordinatesOf(opset: number): string[] {
  if (opset < 11) return ['asymmetric'];
  if (opset < 13) return [...COORDINATES, 'tf_half_pixel_for_nn'];
  return opset < 19 ? COORDINATES : [...COORDINATES, 'half_pixel_symmetric'];
}

const upTo = (max: number) => fc.integer({ min: 1, max });
const length = fc.oneof(upTo(12), upTo(60));

/** As people write them, and as exporters do: output over input. */
const scale = (input: number, least: number) =>
  fc
    .oneof(
      fc.integer({ min: 1, max: 35 }).map((tenths) => tenths / 10),
      upTo(80).map((output) => output / input),
      fc.double({ min: 0.05, max: 4, noNaN: true }),
    )
    .map((value) => Math.max(value, least, 1 / input));

interface Drawn {
  readonly how: ResizeCase;
  readonly file: ResizeFile;
}

const drawn: fc.Arbitrary<Drawn> = fc
  .record({ opset: fc.constantFrom(7, 9, 10, 11, 12, 13, 18, 19, 21), height: length, width: length })
  .chain(({ opset, height, width }) => {
    const operator = opset < 10 ? ('Upsample' as const) : ('Resize' as const);
    const least = operator === 'Upsample' ? 1 : 0;
    const yes = (since: number) => (opset >= since ? fc.boolean() : fc.constant(false));
    return fc
      .record({
        bySizes: yes(11),
        scales: fc.tuple(scale(height, least), scale(width, least)),
        sizes: fc.tuple(length, length),
        mode: fc.constantFrom(
          ...(opset < 11 ? (['nearest', 'linear'] as const) : (['nearest', 'linear', 'cubic'] as const)),
        ),
        coordinates: fc.constantFrom(...coordinatesOf(opset)),
        nearest: fc.constantFrom('round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'),
        cubicA: fc.constantFrom(-0.75, -0.5),
        excludeOutside: yes(11),
        antialias: yes(18),
        policy:
          opset < 18
            ? fc.constant('stretch' as const)
            : fc.constantFrom('stretch' as const, 'not_larger' as const, 'not_smaller' as const),
        roi: fc.tuple(
          ...[0, 0, 0.5, 0.5].map((low) => fc.integer({ min: 0, max: 5 }).map((tenth) => low + tenth / 10)),
        ),
        extrapolation: fc.constantFrom(0, 7.5),
        fed: fc.boolean(),
        axes: yes(18),
      })
      .map(({ bySizes, scales, sizes, fed, axes, roi, ...rest }): Drawn => {
        const nearest = opset < 11 ? 'before opset 11' : rest.nearest;
        // An antialiased crop would have to say which of both scales its kernels are stretched by.
        const antialias = rest.antialias && rest.coordinates !== 'tf_crop_and_resize';
        // Without axes, batch and channels have a scale too, and theirs is 1.
        const policy = axes ? rest.policy : ('stretch' as const);
        const how = {
          ...rest,
          nearest,
          antialias,
          policy,
          input: [height, width] as const,
          roi: roi as unknown as ResizeCase['roi'],
        };
        return { how: bySizes ? { ...how, sizes } : { ...how, scales }, file: { operator, opset, fed, axes } };
      });
  });

async function check({ how, file }: Drawn): Promise<void> {
  const { spec, numbers } = resizeModel(how, file);
  const x = new Tensor(drawValues(how.input[0] * how.input[1], 3), [1, 1, ...how.input]);
  const expected = resizeReference(x.data, how);
  if (expected.shape.includes(0)) return; // not_larger may leave nothing
  const model = await loadModel(writeOnnx(spec));
  const feeds = numbers === undefined ? { x } : { x, numbers: asFeed(numbers.values as number[], numbers.shape) };
  const { y } = model.runSync(feeds);
  model.dispose();
  expect(y.shape).toEqual([1, 1, ...expected.shape]);
  const wrong = y.data.findIndex((value, i) => {
    const most = how.mode === 'nearest' ? 0 : 1e-6 + 4e-6 * expected.magnitudes[i];
    return !(Math.abs(value - expected.values[i]) <= most);
  });
  expect(wrong === -1 ? '' : `element ${wrong} is ${y.data[wrong]}, expected ${expected.values[wrong]}`).toBe('');
}

const asFeed = (values: readonly number[], shape: readonly number[]) => ({ data: Float32Array.from(values), shape });

describe('Resize and Upsample', () => {
  onEachBackend(() => {
    it('are what their definition says', () => assertProperty(drawn, 600, check));
  });
});
