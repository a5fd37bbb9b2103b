// Classifies 2,000 handwritten digits that training never saw, on the native backend and then on TypeScript, and draws
// what one digit looks like on its way through the network: npm run demo [-- <which of the 2,000>]
import { mkdirSync, writeFileSync } from 'node:fs';
import { runtime, setBackend } from 'convkit';
import { drawFeatureMaps } from './contact-sheet.mjs';
import { readHeldOutDigits, slice } from './digits.mjs';
import { loadNetwork } from './network.mjs';

const BATCH = 100;
const LEAST_ACCURACY = 0.98;
const SHEET = 'demo-output/feature-maps.png';

const network = await loadNetwork();
const { images, labels } = readHeldOutDigits();
const shown = Number(process.argv[2] ?? 1461);
if (images.shape[0] <= shown || shown < 0 || !Number.isInteger(shown)) {
  throw new RangeError(`the digit to draw is one between 0 and ${images.shape[0] - 1}, but got ${process.argv[2]}`);
}

console.log(`${labels.length} digits that training never saw, ${BATCH} a batch\n`);
const backends = ['native', 'typescript'].filter(choose);
const results = backends.map(classify);
const accurate = results.every(({ accuracy }) => accuracy >= LEAST_ACCURACY);
if (!accurate) console.log(`Too many mistakes: at least ${percent(LEAST_ACCURACY)} should be right.`);

let same = true;
if (results.length === 2) {
  same = results[0].predictions.every((digit, i) => digit === results[1].predictions[i]);
  console.log(`same predictions on both: ${same ? 'yes' : 'NO'}`);
}

setBackend(backends[0]);
mkdirSync('demo-output', { recursive: true });
writeFileSync(SHEET, drawFeatureMaps(network, slice(images, shown, shown + 1), labels[shown]));
console.log(`one digit's feature maps after each layer: ${SHEET}\n\n${network.summary([BATCH, 1, 28, 28])}`);
process.exitCode = accurate && same ? 0 : 1;

function choose(backend) {
  try {
    setBackend(backend);
    return true;
  } catch (error) {
    console.log(`${backend} is not available here: ${error.message}\n`);
    return false;
  }
}

function classify(backend) {
  setBackend(backend);
  const { isa, threads } = runtime();
  network.prepare([BATCH, 1, 28, 28]).forward(slice(images, 0, BATCH));
  const predictions = [];
  const times = [];
  for (let from = 0; from < labels.length; from += BATCH) {
    const batch = slice(images, from, from + BATCH);
    const start = performance.now();
    const scores = network.forward(batch);
    times.push(performance.now() - start);
    predictions.push(...scores.toNested().map(indexOfLargest));
  }
  times.sort((a, b) => a - b);
  const total = times.reduce((sum, time) => sum + time, 0);
  const right = predictions.filter((digit, i) => digit === labels[i]).length;
  const accuracy = right / labels.length;
  console.log(`${backend} backend${isa === 'none' ? '' : `, ${isa}`}, ${threads} thread${threads === 1 ? '' : 's'}`);
  console.log(`  accuracy      ${percent(accuracy)} (${right} of ${labels.length})`);
  console.log(`  images/s      ${Math.round((1000 * labels.length) / total).toLocaleString('en')}`);
  console.log(`  ms per batch  ${times[times.length >> 1].toFixed(2)} median, ${times[0].toFixed(2)} minimum\n`);
  return { predictions, accuracy };
}

function indexOfLargest(values) {
  return values.indexOf(Math.max(...values));
}

function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}
