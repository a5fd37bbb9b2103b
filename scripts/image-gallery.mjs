/**
 * Draws docs/images/gallery.png: one picture, and what the functions of convkit/image make of it.
 *
 *   npm run build && node scripts/image-gallery.mjs
 */
import { fileURLToPath } from 'node:url';
import {
  boxBlur,
  dilate,
  erode,
  gaussianBlur,
  highPass,
  Image,
  laplacian,
  median,
  resize,
  scharr,
  sharpen,
  sobel,
  unsharpMask,
} from 'convkit/image';
import sharp from 'sharp';

const TARGET = fileURLToPath(new URL('../docs/images/gallery.png', import.meta.url));
const [WIDTH, HEIGHT, CAPTION, COLUMNS, GAP] = [300, 200, 26, 4, 8];

/** A landscape with a house, a fence and letters: smooth areas, edges in every direction, and fine detail. */
const SCENE = `
<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
  <defs>
    <linearGradient id="sky" x2="0" y2="1"><stop stop-color="#2f6fb0"/><stop offset="1" stop-color="#f4d9b0"/></linearGradient>
    <radialGradient id="sun"><stop stop-color="#fff7c0"/><stop offset="1" stop-color="#fff7c000"/></radialGradient>
  </defs>
  <rect width="300" height="200" fill="url(#sky)"/>
  <circle cx="235" cy="48" r="42" fill="url(#sun)"/>
  <path d="M0 130 L60 80 L105 122 L150 70 L230 135 L300 105 V200 H0 Z" fill="#5d7f5a"/>
  <path d="M0 150 Q80 128 160 150 T300 146 V200 H0 Z" fill="#3f6b3c"/>
  <rect x="112" y="104" width="64" height="52" fill="#d9cdb8"/>
  <path d="M104 106 L144 74 L184 106 Z" fill="#8c3b2e"/>
  <rect x="124" y="118" width="14" height="16" fill="#35506b"/><rect x="150" y="118" width="16" height="38" fill="#5b3a22"/>
  ${Array.from({ length: 19 }, (_, i) => `<rect x="${i * 16 + 3}" y="160" width="5" height="30" fill="#efe6d2"/>`).join('')}
  <rect y="168" width="300" height="4" fill="#efe6d2"/><rect y="180" width="300" height="4" fill="#efe6d2"/>
  <text x="14" y="36" font-family="sans-serif" font-size="24" font-weight="bold" fill="#ffffff">convkit</text>
</svg>`;

async function draw() {
  const { data, info } = await sharp(Buffer.from(SCENE)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return new Image(new Uint8Array(data), info.width, info.height, 3);
}

/** Single pixels black or white, as a broken sensor has them. */
function speckled(image) {
  const data = image.data.slice();
  let state = 1;
  for (let i = 0; i < data.length; i += 3) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const drawn = state >>> 24;
    if (drawn < 10) data.fill(drawn < 5 ? 0 : 255, i, i + 3);
  }
  return new Image(data, image.width, image.height, 3);
}

/** Derivatives have both signs: no change becomes a middle grey. */
function around(grey, scale, image) {
  return new Image(
    new Uint8Array(Uint8ClampedArray.from(image.data, (value) => grey + scale * value)),
    image.width,
    image.height,
    3,
  );
}

/** As large as the others again, every pixel a square. */
const enlarged = (image) => resize(image, { width: WIDTH, height: HEIGHT, interpolation: 'nearest' });

function pictures(image) {
  const small = { width: 60, height: 40 };
  const noisy = speckled(image);
  return {
    original: image,
    'gaussianBlur, sigma 3': gaussianBlur(image, { sigma: 3 }),
    'boxBlur, 9': boxBlur(image, { kernelSize: 9 }),
    unsharpMask: unsharpMask(gaussianBlur(image, { sigma: 1 }), { sigma: 2, amount: 1.5 }),
    'sobel, dx': around(128, 0.25, sobel(image, { dx: 1, dy: 0 })),
    'scharr, dy': around(128, 0.06, scharr(image, { dx: 0, dy: 1 })),
    laplacian: around(128, 0.5, laplacian(image)),
    highPass: around(128, 1, highPass(image)),
    'with dead pixels': noisy,
    'median, 3': median(noisy, { kernelSize: 3 }),
    'erode, 5': erode(image, { kernelSize: 5 }),
    'dilate, 5': dilate(image, { kernelSize: 5 }),
    'resize to 60 × 40': enlarged(resize(image, small)),
    'not antialiased': enlarged(resize(image, { ...small, antialias: false })),
    lanczos: enlarged(resize(image, { ...small, interpolation: 'lanczos' })),
    sharpen: sharpen(image),
  };
}

function caption(text) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${CAPTION}"><text x="2" y="18" font-family="monospace" font-size="14" fill="#333">${text}</text></svg>`;
  return Buffer.from(svg);
}

const tiles = Object.entries(pictures(await draw()));
const rows = Math.ceil(tiles.length / COLUMNS);
const layers = tiles.flatMap(([name, { data, width, height, channels }], i) => {
  const left = GAP + (i % COLUMNS) * (WIDTH + GAP);
  const top = GAP + Math.floor(i / COLUMNS) * (HEIGHT + CAPTION + GAP);
  return [
    { input: Buffer.from(data), raw: { width, height, channels }, left, top },
    { input: caption(name), left, top: top + HEIGHT },
  ];
});
const canvas = {
  width: GAP + COLUMNS * (WIDTH + GAP),
  height: GAP + rows * (HEIGHT + CAPTION + GAP),
  channels: 3,
  background: '#fff',
};
await sharp({ create: canvas }).composite(layers).png({ palette: true, compressionLevel: 9 }).toFile(TARGET);
console.log(`wrote ${TARGET}`);
