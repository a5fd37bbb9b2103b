import type { StepPlan } from '../backend/backend.js';
import type { Step } from '../program/step.js';
import type { CompiledStage } from './compiled-stage.js';
import { labelOf } from './onnx/label.js';
import type { OnnxGraph } from './onnx/types.js';

/** A step of a compiled stage, how it runs, and whose work it does. */
export interface StepRow {
  readonly step: Step;
  readonly plan: StepPlan;
  /** Nodes by their labels, in the graph's order; a node of several steps stands at each of them. */
  readonly nodes: readonly string[];
}

/** One row a step of the program that the backend runs. */
export function stepRows(graph: OnnxGraph, { stage, program, stepOf, executable }: CompiledStage): StepRow[] {
  const plans = executable?.describe() ?? [];
  const nodes = program.steps.map(() => new Set<string>());
  stepOf.forEach((step, original) => {
    const node = graph.nodes[stage.nodeOf[original]];
    if (step !== -1 && node !== undefined) nodes[step].add(labelOf(node));
  });
  return program.steps.map((step, at) => ({ step, plan: plans[at], nodes: [...nodes[at]] }));
}
