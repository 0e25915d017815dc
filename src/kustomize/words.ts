import type { SourceText } from '../manifests/types.js';
import { BuildNode, type PlacedDocument } from './node.js';
import { memoized } from '../diagnostics/memoized.js';

/** Plain scalars that are booleans for Kubernetes' YAML reader, but text for kustomize's (kyaml reads YAML 1.2). */
const word = /^(?:y|yes|n|no|on|off)$/i;
const mention = /(?:^|[\s[{,:-])(?:y|yes|n|no|on|off)[ \t]*(?:$|[\r\n,}\]#])/i;

const mayMention = memoized(({ text }: SourceText) => mention.test(text));

/** Converts `yes`, `off` and similar words to text, as kustomize writes them: `"yes"`. */
export function readWords(node: BuildNode, document: PlacedDocument): BuildNode {
  if (mayMention(document.source)) readBelow(node, document);
  return node;
}

function readBelow(node: BuildNode, document: PlacedDocument): void {
  for (const [key, child] of node.entries) {
    const text = textOf(child, document);
    if (text === undefined) readBelow(child, document);
    else node.set(key, new BuildNode(child.place, text));
  }
  for (const [index, child] of node.items.entries()) {
    const text = textOf(child, document);
    if (text === undefined) readBelow(child, document);
    else node.setItem(index, new BuildNode(child.place, text));
  }
}

function textOf({ scalar, place }: BuildNode, document: PlacedDocument): string | undefined {
  if (typeof scalar !== 'boolean') return undefined;
  const text = document.scalar(place.path)?.text;
  return text !== undefined && word.test(text) ? text : undefined;
}
