/**
 * The layer that examples/lambda makes, in what Lambda is around a function: layer and function at their places, a file system
 * that is read-only but for /tmp, no HOME, another user, and a limit on memory.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORMS, packageName } from '../../../scripts/packages/platforms.mjs';
import { controlGroup } from '../support/control-group.mjs';
import { here, root, temporaryFolder } from '../support/folders.mjs';
import { isStaged, platform, tarball } from '../support/projects.mjs';
import { run, tryRun } from '../support/run.mjs';
import { Skipped } from '../support/skipped.mjs';

const EXAMPLE = join(root, 'examples', 'lambda');

async function makeLayer(folder, wanted) {
  cpSync(join(EXAMPLE, 'make-layer.mjs'), join(folder, 'make-layer.mjs'));
  const env = { HOME: process.env.HOME, npm_config_prefer_offline: 'true' };
  if ((await tryRun(['sh', '-c', 'command -v zip unzip'], { cwd: folder })).code !== 0)
    throw new Skipped('there is no zip');
  const output = await run([process.execPath, 'make-layer.mjs', '--cpu', wanted.cpu, await tarball(wanted)], {
    cwd: folder,
    env,
  });
  await run(['unzip', '-q', 'layer.zip', '-d', 'opt'], { cwd: folder });
  return /layer\.zip: .*/.exec(output)?.[0];
}

/** As Lambda's own runtime does: the handler is imported, and a layer's packages are found by NODE_PATH. */
const RUNTIME = `
import { handler } from '/var/task/handler.mjs';
import { writeFileSync } from 'node:fs';
const isReadOnly = (file) => { try { writeFileSync(file, ''); return false; } catch (error) { return error.code === 'EROFS'; } };
const values = Array.from({ length: 16 }, (_, i) => i);
console.log('RESULT ' + JSON.stringify({
  good: await handler({ shape: [1, 1, 4, 4], values }),
  bad: (await handler({ shape: [1, 2, 4, 4], values: [...values, ...values] })).error,
  isReadOnly: isReadOnly('/var/task/x') && isReadOnly('/opt/x') && isReadOnly('/x'),
  home: process.env.HOME ?? 'none',
  user: process.getuid(),
  backend: process.env.CONVKIT_REQUIRE_NATIVE,
}));
`;

/** In a namespace of its own, with this machine's files for Amazon Linux. */
const CAGE = `
mount -t tmpfs tmpfs /mnt && mkdir /mnt/root && mount --bind / /mnt/root && cd /mnt/root
mount -t tmpfs tmpfs var && mkdir var/task && mount --bind "$FOLDER/task" var/task && mount --bind "$FOLDER/opt" opt
mount -t proc proc proc && mount --bind /dev dev
mount -o remount,bind,ro var/task && mount -o remount,bind,ro opt && mount -o remount,ro var && mount -o remount,bind,ro .
mount -t tmpfs -o mode=1777 tmpfs tmp
[ -z "$PROCS" ] || echo $$ > "$PROCS"
exec chroot . env -i PATH=/usr/bin:/bin NODE_PATH=/opt/nodejs/node_modules CONVKIT_REQUIRE_NATIVE=1 LAMBDA_TASK_ROOT=/var/task \\
  setpriv --reuid 993 --regid 990 --clear-groups --no-new-privs "$NODE" /var/task/runtime.mjs
`;

const MEMORY = 128 * 2 ** 20;

/** The least that Lambda gives a function; without rights to limit it, it runs unlimited. */
function memoryLimit() {
  try {
    return controlGroup('memory', MEMORY);
  } catch (error) {
    if (error instanceof Skipped) return undefined;
    throw error;
  }
}

async function onLambda() {
  if (platform.os !== 'linux' || platform.libc !== 'glibc') throw new Skipped('Lambda is Linux with glibc');
  const folder = temporaryFolder('lambda');
  const mounts = process.getuid() === 0 ? ['unshare', '--mount'] : ['unshare', '--map-root-user', '--mount'];
  if ((await tryRun([...mounts, 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { cwd: folder })).code !== 0) {
    throw new Skipped('no file system can be mounted here');
  }
  const sizes = await makeLayer(folder, platform);
  mkdirSync(join(folder, 'task'));
  cpSync(join(EXAMPLE, 'handler.mjs'), join(folder, 'task', 'handler.mjs'));
  cpSync(join(here, 'apps', 'tiny.onnx'), join(folder, 'task', 'model.onnx'));
  writeFileSync(join(folder, 'task', 'runtime.mjs'), RUNTIME);
  await run(['chmod', '-R', 'a+rX', folder], { cwd: folder });
  const group = memoryLimit();
  try {
    const env = { FOLDER: folder, NODE: process.execPath, PROCS: group?.procs ?? '' };
    const output = await run([...mounts, 'sh', '-euc', CAGE], { cwd: folder, env });
    assert.deepEqual(JSON.parse(/^RESULT (.*)$/m.exec(output)?.[1] ?? 'null'), {
      good: { y: { shape: [1, 1, 2, 2], values: [0, 4, 31, 40] } },
      bad: 'ERR_SHAPE',
      isReadOnly: true,
      home: 'none',
      user: 993,
      backend: '1',
    });
    const peak = group === undefined ? 'unlimited memory' : `${(group.peak() / 2 ** 20).toFixed(0)} MB of 128 taken`;
    return `${sizes}; ${peak}`;
  } finally {
    group?.remove();
  }
}

/** No machine for it here: what is in the layer is looked at. */
async function otherProcessor() {
  const wanted = PLATFORMS.find(({ os, cpu, libc }) => os === 'linux' && libc === 'glibc' && cpu !== process.arch);
  if (!isStaged(wanted)) throw new Skipped(`${packageName(wanted)} is not staged`);
  const folder = temporaryFolder('lambda-other');
  const sizes = await makeLayer(folder, wanted);
  assert.ok(existsSync(join(folder, 'opt', 'nodejs', 'node_modules', packageName(wanted), 'convkit.node')));
  return sizes;
}

export const LAMBDA_CASES = [
  { name: 'Lambda: a layer', run: onLambda },
  { name: 'Lambda: a layer for another processor', isLong: true, run: otherProcessor },
];
