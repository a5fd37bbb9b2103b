/**
 * The complementary error function in float64, by the rational Chebyshev approximations of W. J. Cody,
 * "Rational Chebyshev approximations for the error function", Mathematics of Computation 23 (1969),
 * pages 631–637: erf(x) = x·P(x²)/Q(x²) near 0, erfc(x) = e^(−x²)·R(x)/S(x) further out.
 */
const NEAR_ZERO = 0.46875;

function erfNearZero(x: number): number {
  const t = x * x;
  const numerator =
    (((0.185777706184603153 * t + 3.1611237438705656) * t + 113.864154151050156) * t + 377.485237685302021) * t +
    3209.37758913846947;
  const denominator =
    (((t + 23.6012909523441209) * t + 244.024637934444173) * t + 1282.61652607737228) * t + 2844.23683343917062;
  return (x * numerator) / denominator;
}

/** For x ≥ NEAR_ZERO. Cody's interval ends at 4; beyond it the result is below 2e-8, and still right to 1e-6 of itself. */
function erfcTail(x: number): number {
  let numerator = 2.15311535474403846e-8 * x + 0.564188496988670089;
  numerator = numerator * x + 8.88314979438837594;
  numerator = numerator * x + 66.1191906371416295;
  numerator = numerator * x + 298.635138197400131;
  numerator = numerator * x + 881.95222124176909;
  numerator = numerator * x + 1712.04761263407058;
  numerator = numerator * x + 2051.07837782607147;
  numerator = numerator * x + 1230.33935479799725;
  let denominator = x + 15.7449261107098347;
  denominator = denominator * x + 117.693950891312499;
  denominator = denominator * x + 537.181101862009858;
  denominator = denominator * x + 1621.38957456669019;
  denominator = denominator * x + 3290.79923573345963;
  denominator = denominator * x + 4362.61909014324716;
  denominator = denominator * x + 3439.36767414372164;
  denominator = denominator * x + 1230.33935480374942;
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
