import { ShapeError } from '../../errors.js';
import { type ImageResizeGeometry, RESIZE_ARITHMETICS, type ResizeArithmetic } from '../../geometry/records.js';
import { elementCount, MAX_ELEMENTS } from '../../shape.js';
import type { ImageProgram } from '../image-program.js';
import { inputPixels, type PixelSlot } from '../pixel-slot.js';
import type { PixelType } from '../pixel-type.js';
import type { Pixels } from '../read-image.js';
import type { Region } from '../region.js';
import { type AxisTable, axisTable, type Taps } from './axis-table.js';
import { areaTaps, OPENCV_TAPS, type OpencvFilter, opencvNearest, opencvScale, opencvTaps } from './opencv.js';
import { type PillowFilter, pillowMostTaps, pillowNearest, pillowTaps } from './pillow.js';
import { cachedTable } from './table-cache.js';

export const COMPATS = ['pil', 'opencv'] as const;
/** In which library's way pixels are weighed. */
export type Compat = (typeof COMPATS)[number];

export const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'lanczos', 'area', 'box', 'hamming'] as const;
/** What the pixels between pixels are: the name of a filter. */
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** How images are resampled, checked: whatever the size. */
export interface Resampling {
  readonly interpolation: Interpolation;
  readonly compat: Compat;
  readonly antialias: boolean;
}

export interface ResizePlan {
  readonly arithmetic: ResizeArithmetic;
  readonly across: AxisTable;
  readonly down: AxisTable;
}

interface Facts {
  readonly type: PixelType;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** What is resampled to what, and how. */
export interface ResizeRequest {
  readonly operator: string;
  readonly size: { readonly width: number; readonly height: number };
  /** The part of the result that is made. */
  readonly region: Region;
  readonly resampling: Resampling;
}

/** @throws ShapeError where that is too much, before any table is made */
export function planResize(image: Facts, { operator, size, region, resampling }: ResizeRequest): ResizePlan {
  const { arithmetic, axis } = methodFor(image, size, resampling);
  const across = { length: image.width, outputs: size.width, begin: region.left, count: region.width };
  const down = { length: image.height, outputs: size.height, begin: region.top, count: region.height };
  const rowValues = region.width * image.channels;
  elementCount([region.height, region.width, image.channels], operator);
  refuseLarge(`${operator}: the weights of ${size.width} columns`, across.count * axis.mostTaps(across));
  refuseLarge(`${operator}: the weights of ${size.height} rows`, down.count * axis.mostTaps(down));
  refuseLarge(`${operator}: what a row of ${region.width} pixels is made of`, axis.mostTaps(down) * rowValues);
  return { arithmetic, across: tableOf(axis, across, false), down: tableOf(axis, down, true) };
}

function refuseLarge(what: string, values: number): void {
  if (values > MAX_ELEMENTS) throw new ShapeError(`${what} would be ${values} values, more than 2^31 - 1`);
}

/** Appends the step that makes the region that the plan was made for. */
export function appendResize(
  program: ImageProgram,
  image: Pixels,
  { arithmetic, across, down }: ResizePlan,
): PixelSlot {
  const { channels, type } = image;
  const read = { left: across.first, top: down.first, width: across.extent, height: down.extent };
  const x = inputPixels(program, image, read);
  const geometry: ImageResizeGeometry = Object.freeze({
    inputHeight: down.extent,
    inputWidth: across.extent,
    offset: 0,
    rowStride: x.rowStride,
    channels,
    outputHeight: down.outputs,
    outputWidth: across.outputs,
    tapsAcross: across.taps,
    tapsDown: down.taps,
    arithmetic: RESIZE_ARITHMETICS.indexOf(arithmetic),
  });
  const tables = [across.bounds, across.weights, down.bounds, down.weights].map((array) => program.input(array));
  const [width, height] = [across.outputs, down.outputs];
  const slot = program.builder.slot(height * width * channels, type);
  program.builder.step('imageResize', geometry, [x.slot, ...tables], [slot]);
  return { slot, type, width, height, channels, rowStride: width * channels };
}

/** How the taps of an axis are found; `name` tells it from others. */
interface AxisMethod {
  readonly name: string;
  /** No output has more. */
  readonly mostTaps: (axis: Pick<AxisPart, 'length' | 'outputs'>) => number;
  /** Called for one output after the other. */
  readonly taps: (length: number, outputs: number, down: boolean) => (output: number) => Taps;
}

interface Method {
  readonly arithmetic: ResizeArithmetic;
  readonly axis: AxisMethod;
}

interface AxisPart {
  readonly length: number;
  readonly outputs: number;
  readonly begin: number;
  readonly count: number;
}

function tableOf(method: AxisMethod, { length, outputs, begin, count }: AxisPart, down: boolean): AxisTable {
  return cachedTable([method.name, down, length, outputs, begin, count].join(), () => {
    const range = { begin, count, mostTaps: method.mostTaps({ length, outputs }) };
    return axisTable(range, method.taps(length, outputs, down));
  });
}

const ONE_TAP = () => 1;

const SAME: Method = {
  arithmetic: 'pick',
  axis: { name: 'same', mostTaps: ONE_TAP, taps: () => (output) => ({ first: output, weights: [1] }) },
};

function methodFor(image: Facts, size: { width: number; height: number }, resampling: Resampling): Method {
  if (size.width === image.width && size.height === image.height) return SAME;
  return resampling.compat === 'pil' ? pillowMethod(image, resampling) : opencvMethod(image, size, resampling);
}

function picking(name: string, placesOf: (length: number, outputs: number) => (output: number) => number): Method {
  const taps = (length: number, outputs: number) => {
    const placeOf = placesOf(length, outputs);
    return (output: number) => ({ first: placeOf(output), weights: [1] });
  };
  return { arithmetic: 'pick', axis: { name, mostTaps: ONE_TAP, taps } };
}

function pillowMethod({ type }: Facts, { interpolation, antialias }: Resampling): Method {
  if (interpolation === 'nearest') return picking('pillow nearest', pillowNearest);
  const filter: PillowFilter = interpolation === 'area' ? 'box' : interpolation;
  const fixed = type === 'uint8';
  return {
    arithmetic: fixed ? 'fixed' : 'float',
    axis: {
      name: ['pillow', filter, antialias, fixed].join(),
      mostTaps: ({ length, outputs }) => pillowMostTaps({ filter, length, outputs, antialias, fixed }),
      taps: (length, outputs) => (output) => pillowTaps({ filter, length, outputs, antialias, fixed }, output),
    },
  };
}

function opencvMethod(image: Facts, size: { width: number; height: number }, { interpolation }: Resampling): Method {
  if (interpolation === 'nearest') return picking('opencv nearest', opencvNearest);
  const [x, y] = [opencvScale(image.width, size.width), opencvScale(image.height, size.height)];
  const bytes = image.type === 'uint8';
  const halves = x === 2 && y === 2;
  if (interpolation === 'bilinear' && halves) return areaMethod(bytes, image.channels, true, true);
  if (interpolation === 'area' && x >= 1 && y >= 1) {
    const isWhole = (scale: number) => Math.abs(scale - Math.round(scale)) < Number.EPSILON;
    return areaMethod(bytes, image.channels, isWhole(x) && isWhole(y), halves);
  }
  const filter: OpencvFilter = interpolation === 'area' ? 'areaUp' : (interpolation as OpencvFilter);
  const fixed = bytes;
  const twoTaps = filter === 'bilinear' || filter === 'areaUp';
  return {
    arithmetic: fixed ? (twoTaps ? 'linear' : 'wide') : 'float',
    axis: {
      name: ['opencv', filter, fixed].join(),
      mostTaps: () => OPENCV_TAPS[filter],
      taps: (length, outputs, down) => (output) => opencvTaps({ filter, length, outputs, fixed, down }, output),
    },
  };
}

function areaMethod(bytes: boolean, channels: number, whole: boolean, halves: boolean): Method {
  if (!bytes || !whole) {
    const taps = (length: number, outputs: number) => (output: number) => areaTaps(length, outputs, output);
    const mostTaps = ({ length, outputs }: { length: number; outputs: number }) => Math.ceil(length / outputs) + 2;
    return { arithmetic: 'float', axis: { name: 'opencv area', mostTaps, taps } };
  }
  // Means of four bytes are rounded up from halves, except of two channels; all others to even.
  const one = halves && channels !== 2 ? 1 << 10 : 1;
  return {
    arithmetic: one === 1 ? 'mean' : 'wide',
    axis: {
      name: `opencv blocks of ${one}`,
      mostTaps: ({ length, outputs }) => Math.round(length / outputs),
      taps: (length, outputs) => {
        const factor = Math.round(length / outputs);
        return (output) => ({ first: output * factor, weights: new Array<number>(factor).fill(one) });
      },
    },
  };
}
