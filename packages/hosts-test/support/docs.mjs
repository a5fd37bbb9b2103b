import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folders.mjs';

/** `<!-- try: NAME -->` stands above each block of the page, so that what is tried is what is printed. */
const BLOCK = /<!-- try: (\S+) -->\n+```\w*\n([\s\S]*?)```/g;
const FENCE = /^```\w+$/gm;

const text = readFileSync(join(root, 'docs', 'deploying.md'), 'utf8');
const blocks = new Map([...text.matchAll(BLOCK)].map(([, name, code]) => [name, code]));
if (blocks.size !== (text.match(FENCE) ?? []).length) {
  throw new Error('docs/deploying.md has a block without a name of its own: write <!-- try: NAME --> above it');
}
const read = new Set();

/** The code under that name in docs/deploying.md. */
export function block(name) {
  const code = blocks.get(name);
  if (code === undefined) throw new Error(`docs/deploying.md has no block "${name}"`);
  read.add(name);
  return code;
}

/** Whether the page has that text, so that what a reader looks for there is what tools say. */
export const isOnPage = (words) => text.includes(words);

export const unreadBlocks = () => [...blocks.keys()].filter((name) => !read.has(name));
