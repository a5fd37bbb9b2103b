import { Tensor } from 'convkit';

type Complex = readonly [re: number, im: number];

/** The discrete Fourier transform of a signal, padded with zeros to `length`: X[k] = Σ x[n]·e^(−2πikn/N). */
export function dft(signal: readonly number[], length: number): Complex[] {
  return Array.from({ length }, (_, k) => {
    let [re, im] = [0, 0];
    signal.forEach((value, n) => {
      const angle = (-2 * Math.PI * k * n) / length;
      re += value * Math.cos(angle);
      im += value * Math.sin(angle);
    });
    return [re, im] as const;
  });
}

/** Products, one by one. */
export function multiply(a: readonly Complex[], b: readonly Complex[]): Complex[] {
  return a.map(([re, im], k) => [re * b[k][0] - im * b[k][1], re * b[k][1] + im * b[k][0]] as const);
}

/** An image with something for every filter: a slow wave, a fast one, and a bright square with sharp edges. */
export function waveImage(size: number): Tensor {
  const image = Tensor.zeros([size, size]);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const waves = Math.sin((2 * Math.PI * x) / size) + 0.5 * Math.cos(Math.PI * (x + y));
      const square = y > size / 4 && y < size / 2 && x > size / 4 && x < size / 2 ? 2 : 0;
      image.data[y * size + x] = waves + square;
    }
  }
  return image;
}

/** Mean absolute difference of neighbours in a row, borders aside. */
export function sharpness({ data, shape: [height, width] }: Tensor): number {
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 2; x++) sum += Math.abs(data[y * width + x + 1] - data[y * width + x]);
  }
  return sum / ((height - 2) * (width - 3));
}
