// One operator: find the edges of a picture.
import { conv2d, runtime, Tensor } from 'convkit';

const size = 12;
const picture = Tensor.zeros([1, size, size]);
for (let y = 3; y < 9; y++) {
  for (let x = 3; x < 9; x++) picture.data[y * size + x] = 1;
}

const edges = Tensor.from([
  [
    [
      [-1, -1, -1],
      [-1, 8, -1],
      [-1, -1, -1],
    ],
  ],
]);
const y = conv2d(picture, edges, { padding: 'same', activation: 'relu' });

for (const row of y.toNested()[0]) console.log(row.map((value) => ' .:-=+*#'[Math.min(value, 7)]).join(' '));
console.log(runtime());
