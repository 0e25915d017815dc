import { deadRuleWords } from '../rules/dead-rules.js';
import type { ExplainedChain } from '../types.js';
import { code, type Block, type Phrase } from './document.js';

const mostRules = 12;

/** A chain as a heading and its rules in words; of very many, only the first. */
export function chainBlocks(
  { table, chain, kind, words, rules, lastAsked }: ExplainedChain,
  most = mostRules,
): Block[] {
  const heading: Block = {
    kind: 'heading',
    level: 3,
    text: [kind === undefined ? '' : `${kind} `, code(chain), ` (${table})${words === '' ? '' : `: ${words}`}`],
  };
  if (rules.length === 0) return [heading, { kind: 'paragraph', text: emptyWords(kind) }];
  const isWhole = kind === undefined && rules.every(({ number }, index) => number === index + 1);
  const shown = rules.length > most + 1 ? rules.slice(0, most) : rules;
  const items = shown.map(({ number, words: sentence, comment }): Phrase => [
    isWhole || kind !== undefined ? '' : `Rule ${number}: `,
    `${sentence}.`,
    ...(comment === undefined || isSaid(comment) ? [] : [' — ', code(comment)]),
  ]);
  const more: Block[] =
    shown.length === rules.length
      ? []
      : [
          {
            kind: 'paragraph',
            text: `… and ${rules.length - shown.length} more ${kind === undefined ? 'rules' : 'elements'}.`,
          },
        ];
  const dead: Block[] =
    lastAsked === undefined
      ? []
      : [{ kind: 'problems', items: [`R${deadRuleWords(lastAsked, rules.length).slice(1)}.`] }];
  return [heading, ...dead, { kind: 'list', items, numbered: isWhole }, ...more];
}

function emptyWords(kind: ExplainedChain['kind']): string {
  return kind === undefined
    ? 'It has no rules: packets return to the calling chain.'
    : 'It has no elements: no packet matches it.';
}

const ofServicePort =
  /^\S+\/\S+(?:$| (?:cluster IP|external IP|loadbalancer IP|->|has no|traffic not accepted|health check))/;
const ofNode = /^kubernetes (?:service|forwarding|postrouting|externally|load balancer|health check)/;
const ofNftables =
  /^(?:masquerade(?: clusterIP traffic from outside cluster| all clusterIP traffic| local traffic)?|short-circuit (?:pod|local) traffic|Reject traffic to invalid ports of ClusterIPs|Drop traffic to unallocated ClusterIPs)$/;
const ofFirewall = /(?:external destinations|will be dropped by KUBE-PROXY-FIREWALL)$/;

/** kube-proxy's own comments repeat what the words say. */
function isSaid(comment: string): boolean {
  return [ofServicePort, ofNode, ofNftables, ofFirewall].some((pattern) => pattern.test(comment));
}
