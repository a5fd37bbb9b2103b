/** `(typeof NAMES)[number]` keeps a list and its type together in the sources; who reads the reference wants the names. */
import { Converter, ReflectionKind } from 'typedoc';
import ts from 'typescript';

/** @param {import('typedoc').Application} app */
export function spellOutUnions(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kind !== ReflectionKind.TypeAlias) return;
    const declaration = context.getSymbolFromReflection(reflection)?.declarations?.find(ts.isTypeAliasDeclaration);
    if (declaration === undefined || !ts.isIndexedAccessTypeNode(declaration.type)) return;
    reflection.comment?.modifierTags.add('@useDeclaredType');
  });
}
