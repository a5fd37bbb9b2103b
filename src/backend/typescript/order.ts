/** The order of numbers in which NaN is the largest. Equal values, and two NaN, are in neither order. */
export function isBelow(a: number, b: number): boolean {
  return a < b || (Number.isNaN(b) && !Number.isNaN(a));
}
