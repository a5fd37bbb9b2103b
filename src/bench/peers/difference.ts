/** Of the largest value: different orders of summation stay far below it, mistaken operators do not. */
const TOLERANCE = 1e-4;

/** What is wrong with a peer's values, if anything. */
export function differenceOf(ours: ArrayLike<number>, theirs: ArrayLike<number>): string | undefined {
  if (ours.length !== theirs.length) return `its result has ${theirs.length} values, where convkit has ${ours.length}`;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < ours.length; i++) {
    const distance = Math.abs(ours[i] - theirs[i]);
    if (Number.isNaN(distance)) return `its result is ${theirs[i]} at ${i}, where convkit has ${ours[i]}`;
    difference = Math.max(difference, distance);
    largest = Math.max(largest, Math.abs(ours[i]));
  }
  if (difference <= TOLERANCE * largest) return undefined;
  return `its result differs from convkit's by ${(difference / largest).toExponential(1)} of the largest value`;
}
