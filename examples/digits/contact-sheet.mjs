// Draws one digit's way through the network: the image, the feature maps after each layer, and what it is taken for.
import { softmax } from 'convkit';
import { Canvas, textHeight, textWidth } from './canvas.mjs';
import { coldAndWarm, heat, ink, oklch } from './colours.mjs';

const WIDTH = 1512;
const MARGIN = 36;
const GAP = 4;
const MAPS_A_ROW = 24;
const CELL = 56;

const PAPER = ink(0);
const BRIGHT = ink(0.95);
const FAINT = oklch(0.62, 0.03, 275);
const LINE = oklch(0.3, 0.03, 275);
const RIGHT = oklch(0.83, 0.15, 85);

/** A PNG of `image` [1, 1, H, W], which shows the digit `label`, in every layer of `network`. */
export function drawFeatureMaps(network, image, label) {
  const stages = [kernelsOf(network)];
  let x = image;
  for (const layer of network.layers) {
    x = layer.forward(x);
    if (x.shape.length === 4) stages.push({ title: titleOf(layer, x), ...mapsOf(x) });
  }
  const probabilities = softmax(x, -1).toNested()[0];
  const top = MARGIN + 292;
  const height = stages.reduce((sum, { maps }) => sum + sectionHeight(maps), top + MARGIN - 22);
  const canvas = new Canvas(WIDTH, height, PAPER);
  drawHead(canvas, image, network);
  drawProbabilities(canvas, probabilities, label);
  let y = top;
  for (const stage of stages) {
    drawStage(canvas, y, stage);
    y += sectionHeight(stage.maps);
  }
  return canvas.toPng();
}

function titleOf(layer, { shape: [, channels, height, width] }) {
  const name = layer.kind.replace(/\dd$/, '').replace('Conv', 'convolution').replace('MaxPool', 'max pooling');
  return `${name} → ${channels} maps of ${height} × ${width}`;
}

/** What the first convolution looks for: a kernel above each of its maps. */
function kernelsOf(network) {
  const weight = network.layers[0].parameters().get('weight');
  const [count, , height, width] = weight.shape;
  return {
    title: `its first ${count} kernels of ${height} × ${width}`,
    ...mapsOf(weight.reshape([1, count, height, width])),
  };
}

/** The maps of one image with the largest magnitude among them, which is where the colours end. */
function mapsOf(x) {
  const [maps] = x.toNested();
  const largest = x.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const signed = x.data.some((value) => value < 0);
  return { maps, largest, signed };
}

function sectionHeight(maps) {
  return 30 + Math.ceil(maps.length / MAPS_A_ROW) * (CELL + GAP) + 22;
}

function drawStage(canvas, top, { title, maps, largest, signed }) {
  canvas.text(MARGIN, top, title, { colour: BRIGHT });
  drawScale(canvas, top, largest, signed);
  const colour = (value) => shade(largest === 0 ? 0 : value / largest, signed);
  maps.forEach((map, index) => {
    const left = MARGIN + (index % MAPS_A_ROW) * (CELL + GAP);
    const row = Math.floor(index / MAPS_A_ROW);
    canvas.map(left, top + 30 + row * (CELL + GAP), map, { scale: CELL / map.length, colour });
  });
}

/** Most values are small; the power keeps them visible, in the maps and in the scale alike. */
function shade(t, signed) {
  return signed ? coldAndWarm(Math.sign(t) * Math.abs(t) ** 0.75) : heat(t ** 0.75);
}

/** What the colours of a section mean. */
function drawScale(canvas, top, largest, signed) {
  const high = largest.toFixed(1);
  const low = signed ? `-${high}` : '0';
  const right = WIDTH - MARGIN - GAP;
  const barRight = right - textWidth(high) - 10;
  const steps = 120;
  for (let i = 0; i < steps; i++) {
    const t = i / (steps - 1);
    canvas.rectangle(barRight - steps + i, top + 1, 1, textHeight() - 2, shade(signed ? 2 * t - 1 : t, signed));
  }
  canvas.text(right - textWidth(high), top, high, { colour: FAINT });
  canvas.text(barRight - steps - 10 - textWidth(low), top, low, { colour: FAINT });
}

function drawHead(canvas, image, network) {
  const rows = image.toNested()[0][0];
  const side = 252;
  canvas.rectangle(MARGIN - 1, MARGIN - 1, side + 2, side + 2, LINE);
  canvas.map(MARGIN, MARGIN, rows, { scale: side / rows.length, colour: ink });
  const left = MARGIN + side + 40;
  const { parameters, multiplyAccumulates } = network.summary(image.shape);
  canvas.text(left, MARGIN, 'what a network sees', { scale: 4, colour: BRIGHT });
  const facts = [
    `a handwritten digit of ${rows.length} × ${rows[0].length} pixels`,
    `${network.layers.length} layers, ${grouped(parameters)} parameters`,
    `${grouped(multiplyAccumulates)} multiply-adds`,
  ];
  facts.forEach((fact, i) => {
    canvas.text(left, MARGIN + 58 + i * 28, fact, { colour: FAINT });
  });
}

function grouped(value) {
  return value.toLocaleString('en');
}

function drawProbabilities(canvas, probabilities, label) {
  const left = WIDTH - MARGIN - 560;
  const width = 400;
  const guess = probabilities.indexOf(Math.max(...probabilities));
  canvas.text(left, MARGIN, 'flatten → linear → softmax', { colour: BRIGHT });
  probabilities.forEach((probability, digit) => {
    const top = MARGIN + 34 + digit * 22.3;
    const colour = digit === guess ? RIGHT : FAINT;
    canvas.text(left, top + 1, String(digit), { colour });
    canvas.rectangle(left + 26, top, width, 16, oklch(0.22, 0.025, 275));
    canvas.rectangle(left + 26, top, Math.max(2, width * probability), 16, digit === guess ? RIGHT : LINE);
    canvas.text(left + 26 + width + 14, top + 1, `${(100 * probability).toFixed(2)} %`, { colour });
  });
  const verdict =
    guess === label ? `it is a ${label}, and taken for one` : `it is a ${label}, but taken for a ${guess}`;
  canvas.text(MARGIN + 292, MARGIN + 238, verdict, { colour: RIGHT });
}
