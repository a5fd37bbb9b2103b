import { BenchError } from '../bench-error.js';
import { onnxruntime } from './onnxruntime.js';
import type { Peer } from './peer.js';
import { tfjs } from './tfjs.js';

export const PEERS: readonly Peer[] = [onnxruntime, tfjs('wasm'), tfjs('cpu')];

/**
 * The peers that are installed here.
 *
 * @param note Told each one's version, and why others are not measured.
 * @throws BenchError with the commands that install them, where there are none
 */
export async function installedPeers(note: (text: string) => void, peers = PEERS): Promise<Peer[]> {
  const installed: Peer[] = [];
  const remarks: string[] = [];
  for (const peer of peers) {
    const found = await peer.available();
    if ('version' in found) installed.push(peer);
    remarks.push(`${peer.name}: ${'version' in found ? found.version : found.reason}`);
  }
  if (installed.length === 0) {
    const commands = peers.map(({ packages }) => `  npm install ${packages.join(' ')}`);
    throw new BenchError(
      `there is no peer to measure (${remarks.join('; ')}): install some of\n${commands.join('\n')}`,
    );
  }
  for (const remark of remarks) note(remark);
  return installed;
}
