import { readText } from './text-file.js';

/**
 * The mount point that a file lies below, where programs may not be executed from it; undefined where they may, and where
 * nothing tells, as without /proc.
 */
export function noexecMount(path: string, mounts = readText('/proc/self/mountinfo')): string | undefined {
  const around = (mounts ?? '')
    .split('\n')
    .map(parseLine)
    .filter(({ point }) => holds(point, path));
  // Of mounts on one point, the last one is seen.
  const nearest = around.reduce<Mount | undefined>(
    (best, mount) => (best === undefined || mount.point.length >= best.point.length ? mount : best),
    undefined,
  );
  return nearest?.options.includes('noexec') ? nearest.point : undefined;
}

interface Mount {
  readonly point: string;
  readonly options: readonly string[];
}

/** `36 35 98:0 /root /point rw,noexec …`, with spaces in octal. */
function parseLine(line: string): Mount {
  const [, , , , point = '', options = ''] = line.split(' ');
  const name = point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return { point: name, options: options.split(',') };
}

function holds(point: string, path: string): boolean {
  return point === '/' || (point !== '' && `${path}/`.startsWith(`${point}/`));
}
