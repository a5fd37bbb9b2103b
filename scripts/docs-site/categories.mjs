/** Groups the reference by the rooms that things live in: a new operator needs no tag. One that has a `@category` keeps it. */
import { CommentTag, Converter, ReflectionFlag, ReflectionKind } from 'typedoc';
import { REFERENCE } from './pages.mjs';

export const TYPES = 'Options and types';
export const ASYNC = 'Asynchronous twins';

/** By what the path of the source begins with, the first that fits. */
const ROOMS = [
  ['src/errors', 'Errors'],
  ['src/runtime', 'Runtime'],
  ['src/tensor', 'Tensors and shapes'],
  ['src/shape', 'Tensors and shapes'],
  ['src/geometry/output-shape', 'Tensors and shapes'],
  ['src/layers/', 'Layers'],
  ['src/model/', 'Models'],
  ['src/weights/', 'Weights'],
  ['src/ops/', 'Operators'],
  [/^src\/image\/(image|decode|save)\./, 'Images and files'],
  [/^src\/image\/(resize|crop|pad|letterbox)/, 'Sizes'],
  [/^src\/image\/(recipe\/|preprocess|to-tensor|to-image)/, 'To tensors and back'],
  ['src/image/', 'Filters'],
];

export const CATEGORY_ORDER = [
  'Operators',
  'Layers',
  'Models',
  'Images and files',
  'Sizes',
  'Filters',
  'To tensors and back',
  'Tensors and shapes',
  'Weights',
  'Runtime',
  'Errors',
  ASYNC,
  TYPES,
];

/** Types of their own: what a room's functions take and give belongs together, as a long list beside a short one. */
const WITH_TYPES = new Set(['Errors', 'Runtime', 'Tensors and shapes', 'Models', 'Weights']);

export function categoryOf(path, name, kind) {
  const room = ROOMS.find(([start]) => (typeof start === 'string' ? path.startsWith(start) : start.test(path)))?.[1];
  if (kind === ReflectionKind.Function && name.endsWith('Async')) return ASYNC;
  if (kind & (ReflectionKind.Interface | ReflectionKind.TypeAlias) && !WITH_TYPES.has(room)) return TYPES;
  if (room === undefined) throw new Error(`${name} of ${path} belongs to no category: add its room to categories.mjs`);
  return room;
}

/** Adds a tag with a text, unless there is one. What has no comment gets none by this: typedoc is to complain of it. */
function tag(reflection, name, text) {
  const comment = (reflection.signatures?.[0] ?? reflection).comment;
  if (comment !== undefined && comment.getTag(name) === undefined) {
    comment.blockTags.push(new CommentTag(name, [{ kind: 'text', text }]));
  }
}

/** Who looks up a function wants its options there, and not behind one more link; nor does it matter that they are only read. */
function expandOptions({ kind, name, comment, children }) {
  if (kind !== ReflectionKind.Interface || !name.endsWith('Options')) return;
  comment?.modifierTags.add('@expand');
  for (const { flags } of children ?? []) flags.setFlag(ReflectionFlag.Readonly, false);
}

/** @param {import('typedoc').Application} app */
export function categorize(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const module of project.children ?? []) {
      tag(module, '@group', REFERENCE);
      for (const reflection of module.children ?? []) {
        const path = project.getSymbolIdFromReflection(reflection)?.packagePath ?? '';
        tag(reflection, '@category', categoryOf(path, reflection.name, reflection.kind));
        expandOptions(reflection);
      }
    }
  });
}
