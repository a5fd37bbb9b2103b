/** What is said of an image. */
export interface LineOptions {
  /** Only so many of the first output, the largest; everything where undefined. */
  readonly top: number | undefined;
  /** Whether the first output becomes probabilities. */
  readonly softmax: boolean;
  /** Names of the places of the first output. */
  readonly labels: readonly string[] | undefined;
}

/** One image's results as an object for JSON. */
export function lineOf(outputs: ReadonlyMap<string, Float32Array>, options: LineOptions): object {
  const { top, softmax, labels } = options;
  const rows = [...outputs].map(
    ([name, values], i) => [name, softmax && i === 0 ? probabilities(values) : values] as const,
  );
  if (top === undefined) {
    return { outputs: Object.fromEntries(rows.map(([name, values]) => [name, Array.from(values)])) };
  }
  const [[, values]] = rows;
  const named = (place: number) => (labels === undefined ? {} : { label: labels[place] });
  return { top: largest(values, top).map((place) => ({ place, ...named(place), value: values[place] })) };
}

function probabilities(values: Float32Array): Float32Array {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Places of the largest values, the largest first; of equal ones the first, and NaN last. A list of all places would not fit for maps of pixels. */
export function largest(values: Float32Array, count: number): number[] {
  const places: number[] = [];
  const isLess = (a: number, b: number) => a < b || (Number.isNaN(a) && !Number.isNaN(b));
  for (let place = 0; place < values.length; place++) {
    const value = values[place];
    if (places.length === count && !isLess(values[places[count - 1]], value)) continue;
    let at = places.length;
    while (at > 0 && isLess(values[places[at - 1]], value)) at--;
    places.splice(at, 0, place);
    if (places.length > count) places.pop();
  }
  return places;
}
