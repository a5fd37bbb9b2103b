/** Probabilities of classes from their scores; the largest is taken off first, so that no exponential overflows. */
export function softmax(scores) {
  const largest = scores.reduce((a, b) => Math.max(a, b));
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / sum);
}

/** The `count` most probable classes, best first. */
export function best(probabilities, labels, count) {
  return Array.from(probabilities, (probability, index) => ({ index, label: labels[index] ?? `${index}`, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}
