// g++ for Win64 aligns the stack to 16 bytes, but would move vectors of 32 and 64 bytes there as if it were aligned to those,
// and the program would die. The toolchain has every such move assembled as one that may be unaligned: none may be left.
//
// Usage: node scripts/check-windows-moves.mjs
import { execFileSync } from 'node:child_process';
import { builtAddon, platformsOf } from './packages/platforms.mjs';

const [file] = platformsOf(['win32-x64']).map(builtAddon);
const words = ['-d', '--no-show-raw-insn', file];
const lines = execFileSync('x86_64-w64-mingw32-objdump', words, { encoding: 'utf8', maxBuffer: 2 ** 29 }).split('\n');
const vectors = lines.filter((line) => /\bvmov\w+\s.*%[yz]mm/.test(line));
const aligned = vectors.filter((line) => /\bvmov(?:ap[sd]|dqa\d*)\s.*\(/.test(line));
for (const line of aligned.slice(0, 10)) console.error(line);
console.log(`Moves of wide vectors: ${vectors.length}, of which ${aligned.length} want aligned memory.`);
process.exit(aligned.length === 0 && vectors.length > 0 ? 0 : 1);
