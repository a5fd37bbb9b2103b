import { formatRate } from '../formats/units.js';
import type { BenchResult } from '../result.js';
import { html, type Markup } from './markup.js';

/** Where and how the figures came about: what somebody needs to measure them again. */
export function facts({ environment, roof, created, command }: BenchResult): Markup {
  const { convkit, addon, backend, isa, threads, cpu, processors, quota, memory, node, platform, arch, load } =
    environment;
  const rows: [name: string, value: string][] = [
    ['Processor', `${cpu}, ${platform} ${arch}`],
    ['May use', `${processors} processors${quota === undefined ? '' : `, ${quota} by quota`}`],
    ['Memory', `${formatRate(memory / 2 ** 30)} GiB`],
    ['Load before', load.map((average) => average.toFixed(2)).join(', ')],
    ...(roof
      ? [
          ['Roof, 1 thread', `${formatRate(roof.gflops)} GFLOP/s, ${formatRate(roof.bandwidth)} GB/s`] as [
            string,
            string,
          ],
        ]
      : []),
    ['convkit', `${convkit}, ${backend}, ${isa}, threads ${threads}`],
    ...(addon === undefined ? [] : [['Addon', addon] as [string, string]]),
    ['Node', node],
    ['Measured', created],
    ['Command', command.join(' ')],
  ];
  return html`<footer id="machine"><h2>Machine and run</h2>
<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</footer>
`;
}
