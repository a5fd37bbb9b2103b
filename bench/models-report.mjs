/** The tables of models.mjs. */
import { geometricMean } from './samples.mjs';

const SPEED_COLUMNS = ['median', 'min', 'ort median', 'ort min', '× median', '× min'];
const START_COLUMNS = ['load', 'ort load', 'first', 'ort first'];

const line = (name, cells) => console.log(`${name.padEnd(20)}${cells.map((cell) => cell.padStart(11)).join('')}`);

export function printHead() {
  line('model', [...SPEED_COLUMNS, ...START_COLUMNS]);
}

/** One line of the table: a model as it was measured, or why it was not. */
export function printRow({ name, ours, theirs, starts, error }) {
  if (error !== undefined) {
    console.log(`${name.padEnd(20)}  not timed: ${error}`);
    return;
  }
  const milliseconds = [ours.median, ours.min, theirs.median, theirs.min].map((value) => value.toFixed(2));
  const ratios = [theirs.median / ours.median, theirs.min / ours.min].map((value) => value.toFixed(2));
  const { load, firstResult } = starts.ours;
  const startTimes = [load, starts.theirs.load, firstResult, starts.theirs.firstResult].map((value) =>
    value.toFixed(1),
  );
  line(name, [...milliseconds, ...ratios, ...startTimes]);
}

/** How many times as fast as onnxruntime-node the models are together. */
export function printMean(threads, rows) {
  const timed = rows.filter(({ error }) => error === undefined);
  if (timed.length === 0) return;
  const [median, min] = ['median', 'min'].map((key) => geometricMean(timed.map((r) => r.theirs[key] / r.ours[key])));
  console.log(
    `\nSpeed over onnxruntime-node, threads: ${threads}, geometric mean of ${timed.length}: ` +
      `× median ${median.toFixed(2)}, × min ${min.toFixed(2)}`,
  );
}

/** Resident memory of one side, in MiB. */
export function printMemory({ name, side, threads, resident, peak }) {
  const after = Object.entries(resident).map(([runs, mebibytes]) => `${mebibytes.toFixed(0)} after ${runs}`);
  console.log(`${name}, ${side}, threads: ${threads}: resident MiB ${after.join(', ')} runs; peak ${peak.toFixed(0)}`);
}
