// The digits that training never saw, as split.json defines them: the one rule that the training script reads too.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Tensor } from 'convkit';

const require = createRequire(import.meta.url);
const split = JSON.parse(readFileSync(new URL('split.json', import.meta.url), 'utf8'));

/** Pixels a side of an image. */
export const imageSize = split.imageSize;

/** The held-out images [N, 1, 28, 28] with values in 0 … 1, and their labels, digit after digit. */
export function readHeldOutDigits() {
  const pixels = imageSize * imageSize;
  const perDigit = split.heldOutPerDigit;
  const data = new Float32Array(split.digits * perDigit * pixels);
  const labels = [];
  for (let digit = 0; digit < split.digits; digit++) {
    const all = require(`mnist/src/digits/${digit}.json`).data;
    data.set(all.slice(-perDigit * pixels), digit * perDigit * pixels);
    for (let i = 0; i < perDigit; i++) labels.push(digit);
  }
  return { images: new Tensor(data, [labels.length, 1, imageSize, imageSize]), labels };
}

/** Images `from` to `to`, the latter excluded, without copying them. */
export function slice(images, from, to) {
  const [, ...rest] = images.shape;
  const size = images.size / images.shape[0];
  return new Tensor(images.data.subarray(from * size, to * size), [to - from, ...rest]);
}
