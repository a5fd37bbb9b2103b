// What a normalised tensor takes in plain JavaScript.

/** One pass, everything at once: the best that a careful hand makes of it. */
export function tightLoop(pixels, { mean, std }, tensor) {
  const plane = pixels.length / 3;
  const [r, g, b] = std.map((s) => 1 / (255 * s));
  const [r0, g0, b0] = mean.map((m, c) => m / std[c]);
  for (let i = 0, p = 0; i < plane; i++, p += 3) {
    tensor[i] = pixels[p] * r - r0;
    tensor[i + plane] = pixels[p + 1] * g - g0;
    tensor[i + 2 * plane] = pixels[p + 2] * b - b0;
  }
  return tensor;
}

/** A pass for each step, as image processors are usually written: to floats, rescale, normalise, transpose, batch. */
export function usualLoops(pixels, { mean, std }) {
  const floats = Float32Array.from(pixels);
  const scaled = floats.map((value) => value / 255);
  for (let i = 0; i < scaled.length; i++) scaled[i] = (scaled[i] - mean[i % 3]) / std[i % 3];
  const plane = scaled.length / 3;
  const transposed = new Float32Array(scaled.length);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < plane; i++) transposed[c * plane + i] = scaled[3 * i + c];
  }
  const batch = new Float32Array(transposed.length);
  batch.set(transposed);
  return batch;
}
