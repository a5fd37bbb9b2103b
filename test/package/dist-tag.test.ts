import { expect, it } from 'vitest';
import { distTag } from '../../scripts/packages/dist-tag.mjs';

it.each([
  ['0.1.0', undefined, 'latest'],
  ['0.10.0', '0.9.9', 'latest'],
  ['1.0.0-0', '0.9.0', 'next'],
  ['0.1.1', '0.2.0', 'v0.1'],
  ['1.2.10', '1.2.9', 'latest'],
  ['1.0.0', '1.0.0-3', 'latest'],
])('%s beside %s goes out as %s', (version, latest, tag) => {
  expect(distTag(version, latest)).toBe(tag);
});
