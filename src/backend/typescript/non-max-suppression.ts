import type { NonMaxSuppressionStep } from '../../program/step.js';
import { boxOverlap, readBoxes } from './boxes.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

interface Thresholds {
  readonly most: number;
  readonly overlap: number;
  readonly score: number;
}

/** The best boxes of each class, none of which covers too much of a better one. */
export function compileNonMaxSuppression(step: NonMaxSuppressionStep): CompiledStep {
  const { batches, classes, boxes, mostPerClass, centerPoint } = step.geometry;
  const [overlap, score] = step.scalars;
  const thresholds = { most: mostPerClass, overlap, score };
  return {
    plan: PLAIN,
    run(memory) {
      const [places, scores] = step.operands.map((slot) => memory.float32(slot));
      const [selected, count] = step.results.map((slot) => memory.float32(slot));
      let at = 0;
      for (let batch = 0; batch < batches; batch++) {
        const corners = readBoxes(places.subarray(batch * boxes * 4, (batch + 1) * boxes * 4), centerPoint === 1);
        for (let one = 0; one < classes; one++) {
          const from = (batch * classes + one) * boxes;
          for (const box of selectBoxes(corners, scores.subarray(from, from + boxes), thresholds)) {
            selected[at++] = batch;
            selected[at++] = one;
            selected[at++] = box;
          }
        }
      }
      selected.fill(0, at);
      count[0] = at / 3;
    },
  };
}

function selectBoxes(corners: Float64Array, scores: Float32Array, { most, overlap, score }: Thresholds): number[] {
  const candidates: number[] = [];
  for (let box = 0; box < scores.length; box++) if (scores[box] > score) candidates.push(box);
  candidates.sort((a, b) => scores[b] - scores[a] || a - b);
  const selected: number[] = [];
  for (const box of candidates) {
    if (selected.length >= most) break;
    if (!selected.some((better) => boxOverlap(corners, better, box) > overlap)) selected.push(box);
  }
  return selected;
}
