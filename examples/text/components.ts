import type { Point } from './geometry.ts';

/** Pixels that touch each other, and their mean value. */
export interface Component {
  readonly pixels: readonly Point[];
  readonly mean: number;
}

/** Groups of neighbouring values above a threshold in a plane of `width` columns; diagonal neighbours count. */
export function connectedComponents(plane: Float32Array, width: number, threshold: number): Component[] {
  const seen = new Uint8Array(plane.length);
  const components: Component[] = [];
  for (let start = 0; start < plane.length; start++) {
    if (seen[start] === 0 && plane[start] > threshold) components.push(flood(start));
  }
  return components;

  function flood(start: number): Component {
    const places = [start];
    seen[start] = 1;
    let sum = 0;
    // The list grows while it is walked.
    for (const place of places) {
      sum += plane[place];
      for (const next of neighbours(place)) {
        if (seen[next] === 1 || !(plane[next] > threshold)) continue;
        seen[next] = 1;
        places.push(next);
      }
    }
    const pixels = places.map((place) => ({ x: place % width, y: Math.floor(place / width) }));
    return { pixels, mean: sum / places.length };
  }

  function neighbours(place: number): number[] {
    const column = place % width;
    const columns = [-1, 0, 1].filter((step) => column + step >= 0 && column + step < width);
    const around = [-width, 0, width].flatMap((row) => columns.map((step) => place + row + step));
    return around.filter((next) => next >= 0 && next < plane.length);
  }
}
