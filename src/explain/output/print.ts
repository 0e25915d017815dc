import { stringifyJson } from '../../diagnostics/invisible.js';
import type { Explanation } from '../types.js';
import type { Block } from './document.js';
import { printDot } from './dot.js';
import type { Graph } from './graph.js';
import { printMarkdown } from './markdown.js';
import { ingressDocument, ingressGraph } from './ingress.js';
import { printMermaid } from './mermaid.js';
import { chainDocument, ruleDocument } from './other-documents.js';
import { chainGraph, overviewGraph, ruleGraph } from './other-graphs.js';
import { overviewDocument } from './overview-document.js';
import { serviceDocument } from './service-document.js';
import { serviceGraph } from './service-graph.js';
import { printText, type TextStyle } from './text.js';
import { holdersDocument, holdersGraph } from './holders.js';

export type ExplainFormat = 'text' | 'markdown' | 'json' | 'mermaid' | 'dot';
export const explainFormats: readonly ExplainFormat[] = ['text', 'markdown', 'json', 'mermaid', 'dot'];

/** An explanation in one of its formats, including its last line break. `style` is for text only. */
export function printExplanation(explanation: Explanation, format: ExplainFormat, style: TextStyle): string {
  switch (format) {
    case 'text':
      return printText(documentOf(explanation), style);
    case 'markdown':
      return printMarkdown(documentOf(explanation));
    case 'json':
      return `${stringifyJson(explanation)}\n`;
    case 'mermaid':
      return printMermaid(graphOf(explanation));
    case 'dot':
      return printDot(graphOf(explanation));
  }
}

/** An explanation as a document: headings, paragraphs, lists and tables. */
export function documentOf(explanation: Explanation): Block[] {
  switch (explanation.kind) {
    case 'service':
      return serviceDocument(explanation);
    case 'chain':
      return chainDocument(explanation);
    case 'rule':
      return ruleDocument(explanation);
    case 'overview':
      return overviewDocument(explanation);
    case 'whose':
      return holdersDocument(explanation);
    case 'ingress':
      return ingressDocument(explanation);
  }
}

function graphOf(explanation: Explanation): Graph {
  switch (explanation.kind) {
    case 'service':
      return serviceGraph(explanation);
    case 'chain':
      return chainGraph(explanation);
    case 'rule':
      return ruleGraph(explanation);
    case 'overview':
      return overviewGraph(explanation);
    case 'whose':
      return holdersGraph(explanation);
    case 'ingress':
      return ingressGraph(explanation);
  }
}
