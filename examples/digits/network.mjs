import { Conv2d, Flatten, Linear, loadWeights, MaxPool2d, ReLU, Sequential } from 'convkit';

/** The network that scripts/train-digits.py trains, layer for layer, with its weights. */
export async function loadNetwork() {
  const network = new Sequential(
    new Conv2d(1, 24, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(24, 48, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(48 * 7 * 7, 10),
  );
  return network.load(await loadWeights(new URL('weights.safetensors', import.meta.url)));
}
