/** From values to percent of an axis's length: drawings grow with the page, their text does not. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

export function linearScale(low: number, high: number): Scale {
  if (!(high > low)) {
    const half = Math.abs(low) * 0.05 || 1;
    return linearScale(low - half, low + half);
  }
  return { at: (value) => ((value - low) / (high - low)) * 100, low, high, ticks: linearTicks(low, high) };
}

/** Of positive values. */
export function logScale(low: number, high: number): Scale {
  if (!(high > low)) return logScale(low / 1.1, low * 1.1);
  const span = Math.log(high / low);
  return { at: (value) => (Math.log(value / low) / span) * 100, low, high, ticks: logTicks(low, high) };
}

/** A logarithmic scale from power to power of ten, or of less where that would be half empty. */
export function niceLogScale(low: number, high: number): Scale {
  const steps = [1, 2, 5, 10];
  const decade = (value: number) => 10 ** Math.floor(Math.log10(value));
  const below = steps.findLast((step) => step * decade(low) <= low) ?? 1;
  const above = steps.find((step) => step * decade(high) >= high) ?? 10;
  return logScale(below * decade(low), above * decade(high));
}

/** About six ticks at 1, 2 or 5 times a power of ten. */
function linearTicks(low: number, high: number): number[] {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** The coarsest of three grids that has three ticks in the range; a narrow range has linear ones. */
function logTicks(low: number, high: number): number[] {
  const slack = 1e-9;
  for (const steps of [[1], [1, 3], [1, 2, 5]]) {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
      ticks.push(...steps.map((step) => step * 10 ** power));
    }
    const inside = ticks.filter((tick) => tick >= low * (1 - slack) && tick <= high * (1 + slack));
    if (inside.length >= 3) return inside;
  }
  return linearTicks(low, high);
}
