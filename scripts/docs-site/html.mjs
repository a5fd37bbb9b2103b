/** As much of HTML as typedoc writes: tags with quoted attributes, in which entities stand for five characters. */
const TAG =
  /<!--[\s\S]*?-->|<(script|style)\b([^>]*)>[\s\S]*?<\/\1>|<([a-z][\w-]*)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*\/?>/gi;
const ATTRIBUTE = /([^\s=]+)="([^"]*)"/g;
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#039': "'", '#x27': "'" };

export function decode(text) {
  return text.replace(/&([a-z]+|#\w+);/gi, (whole, name) => ENTITIES[name] ?? whole);
}

/** @returns {{ name: string, attributes: Record<string, string> }[]} all start tags, in their order */
export function readTags(html) {
  return [...html.matchAll(TAG)]
    .map(([, raw, rawAttributes, name, attributes]) => ({ name: raw ?? name, text: rawAttributes ?? attributes }))
    .filter(({ name }) => name !== undefined)
    .map(({ name, text }) => ({
      name: name.toLowerCase(),
      attributes: Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, key, value]) => [key, decode(value)])),
    }));
}
