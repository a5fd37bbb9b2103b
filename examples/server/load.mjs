// Load test: uploads one picture again and again, from more and more clients at a time.
//   node load.mjs MODEL.onnx [options of main.mjs]    starts the server on a free port
//   node load.mjs --url http://localhost:8080         loads a server that is running
// LOAD_SECONDS (5) for each number of clients, LOAD_CLIENTS (1,4,16,64).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import sharp from 'sharp';

const SECONDS = Number(process.env.LOAD_SECONDS ?? 5);
const CLIENTS = (process.env.LOAD_CLIENTS ?? '1,4,16,64').split(',').map(Number);

/** Starts main.mjs and gives its URL and the way to end it. */
async function startServer(args) {
  const main = fileURLToPath(new URL('main.mjs', import.meta.url));
  const server = spawn(process.execPath, [main, ...args, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(server, 'exit');
  for await (const line of createInterface(server.stdout)) {
    const url = /http:\S+(?=\/predict)/.exec(line)?.[0];
    if (url === undefined) continue;
    const stop = async () => {
      server.kill('SIGTERM');
      await exited;
    };
    return { url, stop };
  }
  throw new Error(`the server ended with exit code ${(await exited)[0]} before it listened`);
}

/** A photograph's size and much of its detail: noise, blurred. */
async function makeUpload() {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 };
  const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'white', noise } })
    .blur(2)
    .jpeg()
    .toBuffer();
  const form = new FormData();
  form.set('image', new Blob([picture], { type: 'image/jpeg' }), 'noise.jpg');
  const request = new Request('http://localhost', { method: 'POST', body: form });
  return { body: Buffer.from(await request.arrayBuffer()), contentType: request.headers.get('content-type') };
}

const readMetrics = async (url) => (await fetch(`${url}/metrics`)).json();

async function measure(url, { body, contentType }, { clients, seconds }) {
  const before = await readMetrics(url);
  const { requests, latency, errors, non2xx } = await autocannon({
    url: `${url}/predict`,
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
    connections: clients,
    duration: seconds,
  });
  const after = await readMetrics(url);
  return {
    clients,
    'requests/s': requests.average,
    'p50 ms': latency.p50,
    'p99 ms': latency.p99,
    'mean batch': round((after.requests - before.requests) / (after.runs - before.runs)),
    'loop p99 ms': round(after.eventLoopDelayMs.p99),
    'loop max ms': round(after.eventLoopDelayMs.max),
    failed: errors + non2xx,
  };
}

const round = (value) => Number(value.toFixed(1));

const args = process.argv.slice(2);
const { url, stop } = args[0] === '--url' ? { url: args[1], stop: async () => {} } : await startServer(args);
try {
  const upload = await makeUpload();
  await measure(url, upload, { clients: Math.max(...CLIENTS), seconds: 1 }); // compiles the model for full batches
  const rows = [];
  for (const clients of CLIENTS) rows.push(await measure(url, upload, { clients, seconds: SECONDS }));
  console.table(rows);
} finally {
  await stop();
}
