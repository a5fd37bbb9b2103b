/** Classes between a public one and what it extends are nobody's business: no page says that something comes from them. */
import { Converter } from 'typedoc';

const AFTER_TYPEDOC = -1000;

function isHidden(type) {
  return type?.type === 'reference' && type.reflection === undefined && type.package === 'convkit';
}

/** @param {import('typedoc').Application} app */
export function hideBases(app) {
  const clean = ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.typeHierarchy?.types.some(isHidden)) reflection.typeHierarchy = undefined;
      for (const origin of ['inheritedFrom', 'overwrites', 'implementationOf']) {
        if (reflection[origin] !== undefined && !reflection[origin].reflection) reflection[origin] = undefined;
      }
    }
  };
  app.converter.on(Converter.EVENT_RESOLVE_END, clean, AFTER_TYPEDOC);
}
