/** An element of a page, with its attributes as text. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

export interface ParsedPage {
  readonly elements: readonly Element[];
  /** All that is not markup, script or style. */
  readonly text: string;
  readonly script: string;
  readonly style: string;
}

const VOID = new Set(['meta', 'link', 'input', 'br']);
const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/g;
const ENTITY = /&(amp|lt|gt|quot|nbsp|#39);/g;

/** Parses far stricter than a browser, which would mend what is wrong: every element closed, every value quoted. */
export function parsePage(page: string): ParsedPage {
  const raw = { script: '', style: '' };
  const rest = page.replace(/^<!doctype html>\n/, '').replace(/<(script|style)>([\s\S]*?)<\/\1>/g, (_, name, body) => {
    raw[name as keyof typeof raw] += body;
    return `<${name}></${name}>`;
  });
  const elements: Element[] = [];
  const open: string[] = [];
  const text = rest.replace(TAG, (tag, closing, name, attributes, selfClosing) => {
    if (closing) {
      const expected = open.pop();
      if (expected !== name) throw new Error(`${tag} closes <${expected}>`);
      return '';
    }
    elements.push({ name, attributes: parseAttributes(tag, attributes) });
    if (!selfClosing && !VOID.has(name)) open.push(name);
    return '';
  });
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  const stray = text.replace(ENTITY, '').match(/.{0,20}[<>&].{0,20}/);
  if (stray) throw new Error(`not escaped: ${stray[0]}`);
  return { elements, text: unescapeText(text), ...raw };
}

function parseAttributes(tag: string, text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, value = ''] of text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) {
    if (attributes.has(name)) throw new Error(`${tag} has ${name} twice`);
    if (/&/.test(value.replace(ENTITY, ''))) throw new Error(`${tag}: ${name} is not escaped`);
    attributes.set(name, unescapeText(value));
  }
  return attributes;
}

function unescapeText(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" };
  return text.replace(ENTITY, (_, name) => entities[name]);
}
