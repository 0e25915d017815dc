/** The package exports every type in the signatures of its functions. */
import { resolve } from 'node:path';
import ts from 'typescript';

const entry = resolve('src/index.ts');
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)).config,
  ts.sys,
  '.',
);
const program = ts.createProgram([entry], { ...options, noEmit: true });
const checker = program.getTypeChecker();
const library = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.Node);
const resolved = (symbol: ts.Symbol): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
/** The exports of a module, and of the modules that it exports under a name. */
function* exportsOf(symbol: ts.Symbol): Generator<ts.Symbol> {
  for (const one of checker.getExportsOfModule(symbol).map(resolved)) {
    yield one;
    if ((one.flags & ts.SymbolFlags.ValueModule) !== 0) yield* exportsOf(one);
  }
}
const exported = new Set(library === undefined ? [] : exportsOf(library));

/** The parts of a declaration that users see: no bodies and nothing private. */
function visibleParts(node: ts.Declaration): readonly (ts.Node | undefined)[] {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node))
    return [...node.parameters.map(({ type }) => type), node.type];
  if (ts.isClassDeclaration(node))
    return node.members
      .filter((member) => (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) === 0)
      .flatMap((member) => (ts.isPropertyDeclaration(member) ? [member.type] : visibleParts(member)));
  return [ts.isVariableDeclaration(node) ? node.type : node];
}

function* typesNamedIn(node: ts.Node): Generator<ts.Symbol> {
  if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
    const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
    const symbol = checker.getSymbolAtLocation(name);
    if (symbol !== undefined) yield resolved(symbol);
  }
  for (const child of node.getChildren()) yield* typesNamedIn(child);
}

const isOurs = (symbol: ts.Symbol): boolean =>
  symbol.declarations?.some((one) => one.getSourceFile().fileName.startsWith(resolve('src'))) === true &&
  (symbol.flags & ts.SymbolFlags.TypeParameter) === 0;

describe('the library', () => {
  it('exports functions at all', () => {
    expect(exported.size).toBeGreaterThan(40);
  });

  it('exports every type that its functions take and give, and that those are made of', () => {
    const seen = new Set(exported);
    const missing: string[] = [];
    for (const symbol of seen) {
      for (const declaration of symbol.declarations ?? []) {
        for (const part of visibleParts(declaration)) {
          for (const named of part === undefined ? [] : typesNamedIn(part)) {
            if (seen.has(named) || !isOurs(named)) continue;
            seen.add(named);
            const file = named.declarations?.[0]?.getSourceFile().fileName ?? '';
            missing.push(`${file.slice(resolve('src').length + 1)} ${named.name} (by ${symbol.name})`);
          }
        }
      }
    }
    expect(missing.sort()).toEqual([]);
  });
});
