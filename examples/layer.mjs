// A layer, and layers in a row: weights by PyTorch's names, and a table of what will run.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conv2d, Flatten, Linear, loadWeights, MaxPool2d, ReLU, Sequential, saveWeights, Tensor } from 'convkit';

const layer = new Conv2d(3, 8, 3, { padding: 'same', activation: 'relu', seed: 1 });
console.log(layer.forward(Tensor.zeros([3, 32, 32])).shape, [...layer.parameters().keys()]);

const network = new Sequential(
  layer,
  new MaxPool2d(2),
  new Conv2d(8, 16, 3),
  new ReLU(),
  new Flatten(),
  new Linear(3136, 10),
);
const file = join(tmpdir(), 'network.safetensors');
await saveWeights(file, network);
network.load(await loadWeights(file));

const scores = network.forward(Tensor.zeros([4, 3, 32, 32]));
console.log(scores.shape);
console.log(String(network.summary([4, 3, 32, 32])));
