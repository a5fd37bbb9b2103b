import { ShapeError } from '../errors.js';
import { type ActivationRecord, IDENTITY } from '../program/step.js';
import { elementCount, formatShape } from '../shape.js';
import { checkFusedOperands, type FusedShapes } from './checks.js';
import type { Plan } from './plan.js';
import { freezeRecord } from './window.js';

/** Names of the options of a linear layer, tensors included; the bias is an argument of its own. */
export const LINEAR_KEYS = ['activation', 'residual', 'out'] as const;

/**
 * y = activation(x · weightᵀ + bias + residual) along the last axis: [*, in] → [*, out].
 *
 * @throws ShapeError
 * @see torch.nn.functional.linear
 */
export function planLinear(
  operator: string,
  shapes: FusedShapes,
  activation: ActivationRecord = IDENTITY,
): Plan<'linear'> {
  const { x, weight } = shapes;
  if (weight.length !== 2) {
    throw new ShapeError(
      `${operator}: weight must be 2-dimensional [outFeatures, inFeatures], but got weight of size ${formatShape(weight)}`,
    );
  }
  const [outFeatures, inFeatures] = weight;
  const lead = x.slice(0, -1);
  const rows = lead.reduce((product, size) => product * size, 1);
  if (x.length === 0 || x.at(-1) !== inFeatures) {
    throw new ShapeError(
      `${operator}: mat1 and mat2 shapes cannot be multiplied (${rows}x${x.at(-1) ?? 1} and ` +
        `${inFeatures}x${outFeatures}): input of size ${formatShape(x)}, weight of size ${formatShape(weight)}`,
    );
  }
  const outputShape = Object.freeze([...lead, outFeatures]);
  elementCount(outputShape, operator);
  checkFusedOperands(operator, shapes, { outChannels: outFeatures, outputShape });
  const geometry = freezeRecord(operator, { rows, inFeatures, outFeatures });
  return { kind: 'linear', geometry, outputShape, activation };
}
