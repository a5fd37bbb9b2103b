import type { OnnxNode } from './types.js';

/** `Conv 'layer1.0.conv1'`; a node without a name is called by its first output. */
export function labelOf({ operator, name, outputs }: OnnxNode): string {
  const called = name === '' ? outputs.find((output) => output !== '') : name;
  return called === undefined ? operator : `${operator} '${called}'`;
}
