import sharp from 'sharp';
import { type Pixels, readPixels } from './picture.ts';

/** Lines of the drawn picture, from top to bottom. */
export const SAMPLE_LINES = [
  'Convolution for Node.js',
  'SIMD kernels on every core',
  'npm install convkit',
  'kernel 3x3, stride 2',
  'Hello, world!',
] as const;

const WIDTH = 704;
const HEIGHT = 416;

/** A poster, in the fonts of this machine. */
export function drawSample(): Promise<Pixels> {
  const [title, subtitle, command, detail, greeting] = SAMPLE_LINES;
  const rings = [200, 164, 128, 92].map((radius, i) => {
    return `<circle cx="660" cy="20" r="${radius}" fill="none" stroke="#0f766e" stroke-opacity="${0.1 + 0.06 * i}" stroke-width="14"/>`;
  });
  const svg = `
    <svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="DejaVu Sans, Arial, sans-serif">
      <defs>
        <linearGradient id="paper" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stop-color="#fdfcf8"/><stop offset="1" stop-color="#e9eef0"/>
        </linearGradient>
      </defs>
      <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#paper)"/>
      ${rings.join('')}
      <text x="40" y="86" font-size="42" font-weight="bold" fill="#0f172a">${title}</text>
      <text x="42" y="134" font-size="27" fill="#475569">${subtitle}</text>
      <rect x="0" y="176" width="${WIDTH}" height="74" fill="#0f766e"/>
      <text x="42" y="223" font-size="32" fill="#ffffff">${command}</text>
      <text x="42" y="310" font-size="22" fill="#334155">${detail}</text>
      <text x="400" y="376" font-size="38" font-weight="bold" fill="#be123c" transform="rotate(-11 400 376)">${greeting}</text>
    </svg>`;
  return readPixels(sharp(Buffer.from(svg)));
}
