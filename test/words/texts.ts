import ts from 'typescript';

const files = new Map<string, ts.SourceFile>();

/** Parsed once for its messages and its comments. */
function parsed(source: string): ts.SourceFile {
  const file = files.get(source) ?? ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  files.set(source, file);
  return file;
}

/** The texts of string and template literals of a source, in order; those without a space are names, not messages. */
export function textsOf(source: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isImportTypeNode(node)) return;
    if (ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parsed(source));
  return texts.filter((text) => text.includes(' '));
}

/** The comments of a source, in order, without their marks and with line breaks as blanks. */
export function commentsOf(source: string): string[] {
  let masked = source;
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node) || ts.isRegularExpressionLiteral(node)) {
      const start = node.getStart();
      masked = masked.slice(0, start) + '_'.repeat(node.end - start) + masked.slice(node.end);
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed(source));
  const lines = masked.replace(/^([ \t]*\/\/.*)\n(?=[ \t]*\/\/)/gm, '$1 ');
  return [...lines.matchAll(/\/\*[^]*?\*\/|\/\/.*/g)].map(([comment]) =>
    comment
      .replace(/^\/[/*]+|\*\/$/g, '')
      .replace(/\s*\n[ \t]*\*?\s*|\s*\/\/\s*/g, ' ')
      .trim(),
  );
}
