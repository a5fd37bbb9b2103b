import type { SlotType } from '../../program/program.js';

/** Adding it leaves a float32 no bits for a fraction: the sum is rounded to a whole number, halves to even. */
const WHOLE = 12582912;

function saturatorTo(most: number): (value: number) => number {
  return (value) => {
    // Comparisons with NaN are false.
    const above = value > 0 ? value : 0;
    const within = above < most ? above : most;
    return Math.fround(within + WHOLE) - WHOLE;
  };
}

const TO_UINT8 = saturatorTo(255);
const TO_UINT16 = saturatorTo(65535);
const SAME = (value: number) => value;

/** How a float32 value becomes one of a slot's: the nearest that it can hold, halves to even, 0 for NaN. */
export function saturatorOf(type: SlotType): (value: number) => number {
  if (type === 'uint8') return TO_UINT8;
  return type === 'uint16' ? TO_UINT16 : SAME;
}
