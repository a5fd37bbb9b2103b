/**
 * The error function and its complement in float64, by the rational Chebyshev approximations of W. J. Cody,
 * "Rational Chebyshev approximations for the error function", Mathematics of Computation 23 (1969),
 * pages 631–637: erf(x) = x·P(x²)/Q(x²) near 0, erfc(x) = e^(−x²)·R(x)/S(x) further out.
 */
const NEAR_ZERO = 0.46875;

function erfNearZero(x: number): number {
  const t = x * x;
  const numerator =
    (((0.18577770618460315 * t + 3.1611237438705655) * t + 113.86415415105016) * t + 377.485237685302) * t +
    3209.3775891384694;
  const denominator =
    (((t + 23.601290952344122) * t + 244.02463793444417) * t + 1282.6165260773723) * t + 2844.236833439171;
  return (x * numerator) / denominator;
}

/** For x ≥ NEAR_ZERO. Cody's interval ends at 4; beyond it the result is below 2e-8, and still right to 1e-7 of itself. */
function erfcTail(x: number): number {
  let numerator = 2.1531153547440383e-8 * x + 0.5641884969886701;
  numerator = numerator * x + 8.883149794388377;
  numerator = numerator * x + 66.11919063714163;
  numerator = numerator * x + 298.6351381974001;
  numerator = numerator * x + 881.952221241769;
  numerator = numerator * x + 1712.0476126340707;
  numerator = numerator * x + 2051.0783778260716;
  numerator = numerator * x + 1230.3393547979972;
  let denominator = x + 15.744926110709835;
  denominator = denominator * x + 117.6939508913125;
  denominator = denominator * x + 537.1811018620099;
  denominator = denominator * x + 1621.3895745666903;
  denominator = denominator * x + 3290.7992357334597;
  denominator = denominator * x + 4362.619090143247;
  denominator = denominator * x + 3439.3676741437216;
  denominator = denominator * x + 1230.3393548037495;
  return (Math.exp(-x * x) * numerator) / denominator;
}

/** 1 − erf(x), without cancellation for large x; NaN for NaN. */
export function erfc(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x > NEAR_ZERO) return erfcTail(x);
  if (x === Number.NEGATIVE_INFINITY) return 2;
  if (x < -NEAR_ZERO) return 2 - erfcTail(-x);
  return 1 - erfNearZero(x);
}

/** The error function, to full precision relative to itself near 0; NaN for NaN. */
export function erf(x: number): number {
  return Math.abs(x) > NEAR_ZERO ? 1 - erfc(x) : erfNearZero(x);
}
