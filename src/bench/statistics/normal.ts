/**
 * The probability that a standard normal number is above `z`, to about 13 digits even where it is tiny.
 *
 * Near the middle it is the Taylor series of the integral, in Marsaglia's form (2004), further out Laplace's continued
 * fraction: each is short and exact where the other is not.
 */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return z < 2.5 ? 0.5 - density * oddSeries(z) : density * continuedFraction(z);
}

/** z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + … */
function oddSeries(z: number): number {
  let sum = 0;
  let term = z;
  for (let odd = 3; sum + term !== sum; odd += 2) {
    sum += term;
    term *= (z * z) / odd;
  }
  return sum;
}

/** 1/(z + 1/(z + 2/(z + 3/(z + …)))), from the inside out; 200 levels are enough for z ≥ 2.5. */
function continuedFraction(z: number): number {
  let rest = z;
  for (let level = 200; level >= 1; level--) rest = z + level / rest;
  return 1 / rest;
}

/** The standard normal number above which there is a probability of `tail`, by halving; `tail` is between 0 and 1. */
export function normalDeviate(tail: number): number {
  let [low, high] = [-40, 40];
  // 60 halvings leave 1e-16 of 80.
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (normalUpperTail(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
