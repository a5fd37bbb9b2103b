import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'convkit-images-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A picture whose pixels are unlike its neighbours'. */
export function picture(width: number, height: number, channels: 1 | 3 | 4 = 3, seed = 1) {
  const data = Buffer.alloc(width * height * channels);
  for (let i = 0; i < data.length; i++) data[i] = (i * 31 + seed * 97 + (i >> 5) * 7) & 255;
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

export function write(path: string, bytes: Uint8Array | string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** `count` JPEGs of different sizes, with a bad one after each `bad` good ones. */
export async function writePictures(folder: string, count: number, bad = Number.POSITIVE_INFINITY): Promise<void> {
  for (let i = 0; i < count; i++) {
    const name = `${String(i).padStart(4, '0')}.jpg`;
    if (i % (bad + 1) === bad) write(join(folder, name), 'no picture');
    else
      write(
        join(folder, name),
        await picture(40 + ((i * 13) % 50), 36 + ((i * 29) % 60), 3, i)
          .jpeg()
          .toBuffer(),
      );
  }
}

/** A .npy file's shape and values. */
export function readNpy(path: string): { shape: number[]; data: Float32Array } {
  const file = readFileSync(path);
  const length = file.readUInt16LE(8);
  const header = file.toString('latin1', 10, 10 + length);
  const match = /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+,|\d+(?:, \d+)+)\), \} *\n$/.exec(header);
  if (match === null || (10 + length) % 64 !== 0) throw new Error(`a strange header: ${header}`);
  const bytes = file.subarray(10 + length);
  return {
    shape: match[1].replace(/,$/, '').split(', ').map(Number),
    data: new Float32Array(Uint8Array.from(bytes).buffer),
  };
}

export function readLines<Line>(path: string): Line[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
