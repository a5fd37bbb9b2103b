/** The layers suite of the built package in short: n images, c channels, h×w, k output channels, an r×s kernel. */
import { layersSuite } from '../dist/bench/shapes/suites.js';

export const layers = layersSuite().map(({ name, shape }) => ({
  name,
  n: shape.batch,
  c: shape.inChannels,
  h: shape.input[0],
  w: shape.input[1],
  k: shape.outChannels,
  r: shape.kernelSize[0],
  s: shape.kernelSize[1],
  // All of them are square in these.
  stride: shape.stride[0],
  pad: shape.padding[0][0],
  groups: shape.groups,
  dilation: shape.dilation[0],
}));
