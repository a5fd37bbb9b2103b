import { BORDERS, type ImageWindowGeometry } from '../../geometry/records.js';

/** What stands for a row or column that a constant border has and the image has not. */
const OUTSIDE = -1;

const modulo = (place: number, period: number) => ((place % period) + period) % period;

/** Which of `size` rows or columns stands at `place`, which may lie any distance outside; see BORDERS. */
export function borderSource(place: number, size: number, border: number): number {
  if (place >= 0 && place < size) return place;
  switch (BORDERS[border]) {
    case 'reflect101': {
      if (size === 1) return 0;
      const at = modulo(place, 2 * (size - 1));
      return at < size ? at : 2 * (size - 1) - at;
    }
    case 'reflect': {
      const at = modulo(place, 2 * size);
      return at < size ? at : 2 * size - 1 - at;
    }
    case 'replicate':
      return place < 0 ? 0 : size - 1;
    case 'wrap':
      return modulo(place, size);
    default:
      return OUTSIDE;
  }
}

/** Numbers that can be written, of whatever type. */
type Values = { [index: number]: number; readonly length: number; fill(value: number): unknown };

/** The rows of an image with the border that a window needs. */
export class BorderedRows {
  readonly #g: ImageWindowGeometry;
  /** For each column of a row with its border the column of the image. */
  readonly #columns: Int32Array;

  constructor(geometry: ImageWindowGeometry) {
    this.#g = geometry;
    const { width, kernelWidth, anchorX, border } = geometry;
    this.#columns = Int32Array.from({ length: width + kernelWidth - 1 }, (_, i) =>
      borderSource(i - anchorX, width, border),
    );
  }

  /** Values of a row with its border. */
  get values(): number {
    return this.#columns.length * this.#g.channels;
  }

  /** Row `place` with its border. */
  fill(place: number, outside: number, x: ArrayLike<number>, y: Values): void {
    const { height, channels, rowStride, border } = this.#g;
    const row = borderSource(place, height, border);
    if (row === OUTSIDE) {
      y.fill(outside);
      return;
    }
    let to = 0;
    for (const column of this.#columns) {
      const from = row * rowStride + column * channels;
      for (let c = 0; c < channels; c++) y[to++] = column === OUTSIDE ? outside : x[from + c];
    }
  }
}

/** The last few rows of an image that is read downwards: each is filled when it is asked for first. */
export class RowRing<Row extends Values> {
  readonly #rows: Row[];
  readonly #fill: (place: number, row: Row) => void;
  readonly #first: number;
  #next: number;

  constructor(first: number, places: number, newRow: () => Row, fill: (place: number, row: Row) => void) {
    this.#rows = Array.from({ length: places }, newRow);
    this.#fill = fill;
    this.#first = first;
    this.#next = first;
  }

  at(place: number): Row {
    for (; this.#next <= place; this.#next++) this.#fill(this.#next, this.#place(this.#next));
    return this.#place(place);
  }

  #place(place: number): Row {
    return this.#rows[(place - this.#first) % this.#rows.length];
  }
}
