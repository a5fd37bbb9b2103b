/** Boxes as [top, left, bottom, right] each, from any two opposite corners, or from [xCenter, yCenter, width, height]. */
export function readBoxes(boxes: Float32Array, fromCenters: boolean): Float64Array {
  const corners = new Float64Array(boxes.length);
  for (let at = 0; at < boxes.length; at += 4) {
    const [p, q, r, s] = boxes.subarray(at, at + 4);
    const [y1, x1, y2, x2] = fromCenters ? [q - s / 2, p - r / 2, q + s / 2, p + r / 2] : [p, q, r, s];
    corners[at] = Math.min(y1, y2);
    corners[at + 1] = Math.min(x1, x2);
    corners[at + 2] = Math.max(y1, y2);
    corners[at + 3] = Math.max(x1, x2);
  }
  return corners;
}

/** The intersection of two boxes over their union, 0 where either is empty. */
export function boxOverlap(corners: Float64Array, a: number, b: number): number {
  const [i, j] = [4 * a, 4 * b];
  const height = Math.min(corners[i + 2], corners[j + 2]) - Math.max(corners[i], corners[j]);
  const width = Math.min(corners[i + 3], corners[j + 3]) - Math.max(corners[i + 1], corners[j + 1]);
  if (!(height > 0 && width > 0)) return 0;
  const shared = height * width;
  return shared / (boxArea(corners, i) + boxArea(corners, j) - shared);
}

function boxArea(corners: Float64Array, at: number): number {
  return (corners[at + 2] - corners[at]) * (corners[at + 3] - corners[at + 1]);
}
