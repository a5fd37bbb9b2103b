// What is usually written: sharp decodes and resizes, loops of JavaScript make the tensor. image-folder-pipeline.mjs FOLDER WORKERS -o OUT
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { usualLoops } from './image-loops.mjs';

const [folder, workers, , out] = process.argv.slice(2);
const NORMAL = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const ROW_BYTES = 4 * 3 * 224 * 224;

sharp.concurrency(1);
sharp.cache(false);
const files = (await readdir(folder)).sort();
const file = await open(out, 'w');
let next = 0;

async function work() {
  while (next < files.length) {
    const row = next++;
    // Decoded in full, as Pillow does: with shrink-on-load the pixels would be others.
    const { data, info } = await sharp(join(folder, files[row]))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const scale = 256 / Math.min(info.width, info.height);
    const [width, height] = [Math.floor(info.width * scale), Math.floor(info.height * scale)];
    const pixels = await sharp(data, { raw: info })
      .resize({ width, height, fit: 'fill', kernel: 'linear' })
      .extract({ left: (width - 224) >> 1, top: (height - 224) >> 1, width: 224, height: 224 })
      .raw()
      .toBuffer();
    await file.write(Buffer.from(usualLoops(pixels, NORMAL).buffer), 0, ROW_BYTES, row * ROW_BYTES);
  }
}

await Promise.all(Array.from({ length: Number(workers) }, work));
await file.close();
