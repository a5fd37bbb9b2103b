import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';
import type { Detection } from './detector.ts';
import { cornersOf } from './geometry.ts';
import { type Pixels, pictureOf, resized } from './picture.ts';

const FRAME = '#f59e0b';
/** Of probabilities: nothing, something, certainty. */
const SCALE = [
  [15, 23, 42],
  [190, 60, 90],
  [254, 243, 199],
] as const;

/** Writes a PNG: the picture with its lines framed, and below it what the network sees of it. */
export async function writeAnnotated(file: string, picture: Pixels, detection: Detection): Promise<void> {
  const { width, height } = picture;
  const seen = await resized(heatOf(detection.map), width, height);
  await mkdir(dirname(file), { recursive: true });
  await sharp({ create: { width, height: 2 * height, channels: 3, background: '#000' } })
    .composite([
      { input: await pictureOf(picture).png().toBuffer(), top: 0, left: 0 },
      { input: Buffer.from(framesOf(picture, detection)), top: 0, left: 0 },
      { input: await pictureOf(seen).png().toBuffer(), top: height, left: 0 },
    ])
    .png()
    .toFile(file);
}

function framesOf({ width, height }: Pixels, { lines }: Detection): string {
  // Lines as thick on a poster as on a stamp.
  const unit = Math.max(1, Math.max(width, height) / 700);
  const frames = lines.map(({ box }, i) => {
    const corners = cornersOf(box);
    const degrees = (Math.atan2(box.along.y, box.along.x) * 180) / Math.PI;
    // Before the box, where no letter is hidden.
    const left = -box.length / 2 - 16 * unit;
    return `
      <polygon points="${corners.map(({ x, y }) => `${x},${y}`).join(' ')}" fill="${FRAME}" fill-opacity="0.12"
        stroke="${FRAME}" stroke-width="${2 * unit}" stroke-linejoin="round"/>
      <g transform="translate(${box.centre.x} ${box.centre.y}) rotate(${degrees}) translate(${left} 0) scale(${unit})">
        <circle r="11" fill="${FRAME}"/>
        <text y="5" font-size="14" font-weight="bold" font-family="sans-serif" text-anchor="middle" fill="#1c1917">${i + 1}</text>
      </g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${frames.join('')}</svg>`;
}

function heatOf({ data, width, height }: Detection['map']): Pixels {
  const colours = new Uint8Array(3 * data.length);
  data.forEach((probability, i) => {
    const place = Math.min(Math.max(probability, 0), 1) * (SCALE.length - 1);
    const step = Math.min(Math.floor(place), SCALE.length - 2);
    const share = place - step;
    for (let channel = 0; channel < 3; channel++) {
      colours[3 * i + channel] = Math.round(SCALE[step][channel] * (1 - share) + SCALE[step + 1][channel] * share);
    }
  });
  return { data: colours, width, height };
}
