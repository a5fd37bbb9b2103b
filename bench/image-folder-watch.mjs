// Loaded before a program that is measured: the last line on standard error says how it fared.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('exit', () => {
  const p99 = delay.percentile(99) / 1e6;
  process.stderr.write(`\n${JSON.stringify({ p99, rss: process.resourceUsage().maxRSS / 2 ** 10 })}\n`);
});
