import type { ActivationRecord, Algorithm, GeometryOf, StepKind } from '../program/step.js';
import type { Shape } from '../shape.js';
import type { PadGeometry, TransposeGeometry } from './records.js';

/**
 * What shape logic makes of one request: the step that does the work, the steps that prepare its
 * input and its result, and the result's shape. Plans hold no data.
 */
interface PlanOf<Kind extends StepKind> {
  readonly kind: Kind;
  readonly geometry: GeometryOf<Kind>;
  /** Of the first result (and of the indices, where there are any), in the caller's layout. */
  readonly outputShape: Shape;
  /** The caller's x to channels first; indices that are an operand go the same way. */
  readonly before?: TransposeGeometry | undefined;
  /** Padding that the step itself cannot do. */
  readonly pad?: PadGeometry | undefined;
  /** The step's results to the caller's layout; a residual goes the opposite way. */
  readonly after?: TransposeGeometry | undefined;
  readonly scalars?: readonly number[];
  readonly activation?: ActivationRecord;
  readonly algorithm?: Algorithm;
}

/** A plan for one kind of step; without a kind, for any of them. */
export type Plan<Kind extends StepKind = StepKind> = { [K in Kind]: PlanOf<K> }[Kind];
