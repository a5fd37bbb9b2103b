import type { Summary } from '../summary.js';

/** 0.0004817 → '481.7 ns': four digits, in the unit that reads best. */
export function formatTime(milliseconds: number): string {
  if (milliseconds === 0) return '0 ms';
  const [unit, size] = unitOf(milliseconds);
  return `${digits(milliseconds / size, 4)} ${unit}`;
}

const UNITS: readonly [unit: string, milliseconds: number][] = [
  ['s', 1e3],
  ['ms', 1],
  ['µs', 1e-3],
  ['ns', 1e-6],
];

function unitOf(milliseconds: number): [unit: string, milliseconds: number] {
  // 999.96 µs would round to 1000: it is a millisecond.
  const found = UNITS.find(([, size]) => milliseconds >= size * 0.99995);
  return found ? [...found] : ['ns', 1e-6];
}

/** 146.42 → '146.4', 0.0312 → '0.031': one decimal, or two digits of what is less than one. */
export function formatRate(value: number): string {
  return value >= 0.95 ? value.toFixed(1) : digits(value, 2);
}

/** 0.612 → '61 %'. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** Half the interval, at its wider side, as a share of the median: '± 1.2 %'. */
export function formatSpread(summary: Summary): string {
  return `± ${(spreadOf(summary) * 100).toFixed(1)} %`;
}

/** Half the interval, at its wider side, as a share of the median. */
export function spreadOf({ median, low, high }: Summary): number {
  return median > 0 ? Math.max(high - median, median - low) / median : 0;
}

/** 2.1437 → '2.14×'. */
export function formatFactor(factor: number): string {
  return `${digits(factor, 3)}×`;
}

/** So many significant digits, never as an exponent: what is larger keeps its whole part. */
function digits(value: number, count: number): string {
  const decimals = value === 0 ? count - 1 : count - 1 - Math.floor(Math.log10(Math.abs(value)));
  const rounded = value.toFixed(Math.min(Math.max(decimals, 0), 12));
  // 9.9996 rounds to 10.000, one digit too many.
  const surplus = rounded.replace(/^-?0\.0*|[^\d]/g, '').length - count;
  return surplus > 0 && decimals > 0 ? value.toFixed(decimals - surplus) : rounded;
}
