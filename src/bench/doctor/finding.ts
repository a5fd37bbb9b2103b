import type { Machine } from './machine.js';

/** How much a finding matters to timings. */
export type Level = 'ok' | 'note' | 'warning';

/** One thing about the machine. */
export interface Finding {
  readonly level: Level;
  /** One or two words, the same on every machine. */
  readonly topic: string;
  /** One sentence. */
  readonly says: string;
  /** What to do, as a sentence; absent where all is well. */
  readonly remedy?: string;
}

/** Looks at one thing; undefined where this machine does not tell. */
export type Check = (machine: Machine) => Finding | undefined;

/** 0.123 → '12 %', 0.00312 → '0.3 %'. */
export function percent(part: number): string {
  const value = part * 100;
  return `${value < 1 ? Number(value.toFixed(1)) : Math.round(value)} %`;
}

/** Two digits of what is below 1, three of the rest, and every whole digit: 0.3449 → '0.34', 1234.5 → '1235'. */
export function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(value < 1 ? 2 : 3)));
}

/** '1 processor', '2 processors'. */
export function counted(count: number, noun: string): string {
  return `${short(count)} ${noun}${count === 1 ? '' : 's'}`;
}
