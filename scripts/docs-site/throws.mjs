/** What is thrown leads to the error's page: docstrings name errors plainly, since they are read in editors too. */
import { Converter } from 'typedoc';

const ERROR = /\b([A-Z]\w*Error)\b/;

function findErrors(project) {
  const classes = (project.children ?? []).flatMap((module) => module.children ?? []);
  return new Map(classes.filter(({ name }) => ERROR.test(name)).map((error) => [error.name, error]));
}

function linkNames(parts, errors) {
  return parts.flatMap((part) => {
    if (part.kind !== 'text') return [part];
    // Odd ones are the names, because the expression has a group.
    return part.text.split(ERROR).map((text, i) => {
      const target = i % 2 === 1 ? errors.get(text) : undefined;
      return target === undefined ? { kind: 'text', text } : { kind: 'inline-tag', tag: '@link', text, target };
    });
  });
}

/** @param {import('typedoc').Application} app */
export function linkThrown(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const errors = findErrors(project);
    for (const { comment } of Object.values(project.reflections)) {
      for (const tag of comment?.blockTags ?? []) {
        if (tag.tag === '@throws') tag.content = linkNames(tag.content, errors);
      }
    }
  });
}
