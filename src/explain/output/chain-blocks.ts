import type { ExplainedChain } from '../types.js';
import { code, type Block, type Phrase } from './document.js';

const mostRules = 12;

/** A chain as a heading and its rules in words, the first of them where there are very many. */
export function chainBlocks({ table, chain, words, rules }: ExplainedChain, most = mostRules): Block[] {
  const heading: Block = {
    kind: 'heading',
    level: 3,
    text: [code(chain), ` (${table})${words === '' ? '' : `: ${words}`}`],
  };
  if (rules.length === 0)
    return [heading, { kind: 'paragraph', text: 'It has no rules: packets go back to where it was jumped to.' }];
  const isWhole = rules.every(({ number }, index) => number === index + 1);
  const shown = rules.length > most + 1 ? rules.slice(0, most) : rules;
  const items = shown.map(({ number, words: sentence, comment }): Phrase => [
    isWhole ? '' : `Rule ${number}: `,
    `${sentence}.`,
    ...(comment === undefined || isSaid(comment) ? [] : [' — ', code(comment)]),
  ]);
  const more: Block[] =
    shown.length === rules.length
      ? []
      : [{ kind: 'paragraph', text: `… and ${rules.length - shown.length} more rules.` }];
  return [heading, { kind: 'list', items, numbered: isWhole }, ...more];
}

const ofServicePort =
  /^\S+\/\S+(?:$| (?:cluster IP|external IP|loadbalancer IP|->|has no|traffic not accepted|health check))/;
const ofNode = /^kubernetes (?:service|forwarding|postrouting|externally|load balancer|health check)/;
const ofFirewall = /(?:external destinations|will be dropped by KUBE-PROXY-FIREWALL)$/;

/** kube-proxy's own comments say what the words have said. */
function isSaid(comment: string): boolean {
  return [ofServicePort, ofNode, ofFirewall].some((pattern) => pattern.test(comment));
}
