import {
  boxBlur,
  close,
  dilate,
  erode,
  gaussianBlur,
  highPass,
  Image,
  laplacian,
  lowPass,
  median,
  open,
  scharr,
  sharpen,
  sobel,
  unsharpMask,
} from '../../image/index.js';
import { FULL_SCALE } from '../../image/pixel-type.js';
import { UsageError } from '../usage-error.js';

/** What the options of the command say. */
export interface FilterSettings {
  readonly sigma: number | undefined;
  readonly size: number | undefined;
  readonly amount: number | undefined;
}

/** A filter: what it does, which settings it heeds, and how it is called. */
export interface FilterKind {
  readonly does: string;
  readonly heeds: readonly (keyof FilterSettings)[];
  readonly apply: (image: Image, settings: FilterSettings) => Image;
}

const SIGMA = 2;
const SIZE = 3;

const FILTER_KINDS: Readonly<Record<string, FilterKind>> = {
  'gaussian-blur': {
    does: 'smooths by a bell of --sigma pixels',
    heeds: ['sigma'],
    apply: (image, { sigma = SIGMA }) => gaussianBlur(image, { sigma }),
  },
  'box-blur': {
    does: 'averages --size × --size pixels',
    heeds: ['size'],
    apply: (image, { size = SIZE }) => boxBlur(image, { kernelSize: size }),
  },
  'low-pass': {
    does: 'smooths by a kernel of --size',
    heeds: ['size'],
    apply: (image, { size = SIZE }) => lowPass(image, { kernelSize: size }),
  },
  'high-pass': {
    does: 'what changes from pixel to pixel, around a middle grey',
    heeds: [],
    apply: (image) => aroundGrey(image, highPass(image)),
  },
  sharpen: { does: 'adds what changes', heeds: ['amount'], apply: (image, { amount }) => sharpen(image, { amount }) },
  'unsharp-mask': {
    does: 'adds --amount times what a blur of --sigma takes away',
    heeds: ['sigma', 'amount'],
    apply: (image, { sigma = SIGMA, amount }) => unsharpMask(image, { sigma, amount }),
  },
  sobel: { does: 'edges: how steep both directions are', heeds: [], apply: (image) => steepness(image, sobel) },
  scharr: { does: 'edges, alike in all directions', heeds: [], apply: (image) => steepness(image, scharr) },
  laplacian: {
    does: 'edges of both signs around a middle grey',
    heeds: [],
    apply: (image) => aroundGrey(image, laplacian(image)),
  },
  median: {
    does: 'removes specks; --size 3 or 5',
    heeds: ['size'],
    apply: (image, { size = SIZE }) => median(image, { kernelSize: size as 3 | 5 }),
  },
  erode: {
    does: 'the darkest of --size × --size',
    heeds: ['size'],
    apply: (image, { size = SIZE }) => erode(image, { kernelSize: size }),
  },
  dilate: {
    does: 'the lightest of them',
    heeds: ['size'],
    apply: (image, { size = SIZE }) => dilate(image, { kernelSize: size }),
  },
  open: {
    does: 'removes small light parts',
    heeds: ['size'],
    apply: (image, { size = SIZE }) => open(image, { kernelSize: size }),
  },
  close: {
    does: 'fills small dark parts',
    heeds: ['size'],
    apply: (image, { size = SIZE }) => close(image, { kernelSize: size }),
  },
};

/** The length of the gradient, a quarter of it, so that a full step is white. */
function steepness(image: Image, derivative: typeof scharr): Image {
  const [{ data: across }, { data: down }] = [derivative(image, { dx: 1, dy: 0 }), derivative(image, { dx: 0, dy: 1 })];
  const scale = derivative === scharr ? 1 / 16 : 1 / 4;
  return likePixels(image, (i) => scale * Math.sqrt(across[i] * across[i] + down[i] * down[i]));
}

/** Differences of both signs: 0 becomes a middle grey. */
function aroundGrey(image: Image, differences: Image): Image {
  const middle = (FULL_SCALE[image.dtype] + 1) / 2;
  return likePixels(image, (i) => middle + differences.data[i] / 2);
}

/** An image of the same size and type whose values are rounded, halves to even, and saturate. One plain loop: images are large. */
function likePixels(image: Image, valueAt: (i: number) => number): Image {
  const full = FULL_SCALE[image.dtype];
  const data = image.dtype === 'uint16' ? new Uint16Array(image.data.length) : new Uint8Array(image.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = valueAt(i);
    const floor = Math.floor(value);
    const up = value - floor > 0.5 || (value - floor === 0.5 && floor % 2 === 1);
    data[i] = Math.min(Math.max(floor + Number(up), 0), full);
  }
  return new Image(data, image.width, image.height, image.channels);
}

const KIND_NAMES = Object.keys(FILTER_KINDS);

/** The filter of a name, which any word may be. @throws UsageError where there is none, or a setting that it does not have */
export function filterKind(name: string, settings: FilterSettings): FilterKind {
  if (!Object.hasOwn(FILTER_KINDS, name)) {
    throw new UsageError(`there is no filter '${name}': there are ${KIND_NAMES.join(', ')}`);
  }
  const kind = FILTER_KINDS[name];
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined || kind.heeds.includes(key as keyof FilterSettings)) continue;
    throw new UsageError(`${name} has no --${key}`);
  }
  return kind;
}

/** All of them and what they do, for the help. */
export function describeKinds(): string {
  return KIND_NAMES.map((name) => `${name} (${FILTER_KINDS[name].does})`).join(', ');
}
