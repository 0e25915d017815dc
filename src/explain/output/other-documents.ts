import type { ChainExplanation, RuleExplanation } from '../types.js';
import { chainBlocks } from './chain-blocks.js';
import { code, type Block, type Phrase } from './document.js';

/** A chain: its purpose, its callers, and the effects of its rules. */
export function chainDocument({ chains }: ChainExplanation): Block[] {
  const several = chains.length > 1;
  return chains.flatMap((chain): Block[] => [
    {
      kind: 'heading',
      level: 1,
      text: [
        `${titles[chain.kind ?? 'chain']} `,
        code(chain.chain),
        ` (table ${chain.table}${several ? `, ${chain.family}` : ''})`,
      ],
    },
    { kind: 'paragraph', text: aboutChain(chain) },
    ...(chain.calledBy.length === 0
      ? []
      : [
          {
            kind: 'heading',
            level: 2,
            text: chain.kind === undefined ? 'What leads to it' : 'Which rules use it',
          } as const,
          {
            kind: 'list',
            items: chain.calledBy.map(({ chain: caller, kind = 'rule', number, words }): Phrase => [
              code(caller),
              ` ${kind} ${number}: ${words}.`,
            ]),
          } as const,
          ...(chain.moreCallers === 0
            ? []
            : [{ kind: 'paragraph', text: `… and ${chain.moreCallers} more rules.` } as const]),
        ]),
    { kind: 'heading', level: 2, text: chain.kind === undefined ? 'Its rules' : 'Its elements' },
    ...chainBlocks(chain, 40).slice(1),
  ]);
}

const titles = { chain: 'Chain', map: 'Map', set: 'Set' } as const;

function aboutChain(chain: ChainExplanation['chains'][number]): Phrase {
  const owner =
    chain.owner === 'kernel'
      ? 'A built-in chain'
      : chain.owner === 'unknown'
        ? `A ${chain.kind ?? 'chain'} with no known owner`
        : `Owned by ${chain.owner}`;
  const what = chain.words === '' || chain.words === `owned by ${chain.owner}` ? '' : `: ${chain.words}`;
  const policy =
    chain.policy === ''
      ? ''
      : ` Packets that no rule decides are ${chain.policy === 'ACCEPT' ? 'accepted' : 'dropped'} (policy ${chain.policy}).`;
  const reach = chain.isReachable
    ? ''
    : chain.kind === undefined
      ? ' No packet can reach it: no rule in use leads here, so it is left over or not used yet.'
      : ' No rule that packets can reach uses it.';
  return `${owner}${what}.${policy}${reach}`;
}

/** One rule: its text, its description, and where it leads. */
export function ruleDocument(rule: RuleExplanation): Block[] {
  return [
    {
      kind: 'heading',
      level: 1,
      text: [
        `${rule.isIn === undefined ? 'Rule' : 'Element'} ${rule.number} of `,
        code(rule.chain),
        ` (table ${rule.table}, ${rule.family})`,
      ],
    },
    { kind: 'paragraph', text: [code(rule.text)] },
    { kind: 'paragraph', text: `${rule.words}.` },
    ...(rule.comment === undefined
      ? []
      : [{ kind: 'paragraph', text: ['Its comment: ', code(rule.comment)] } as const]),
    ...(rule.serves === '' ? [] : [{ kind: 'paragraph', text: ['It serves ', code(rule.serves), '.'] } as const]),
    ...(rule.chainWords === ''
      ? []
      : [{ kind: 'paragraph', text: [`The ${rule.isIn ?? 'chain'}: `, rule.chainWords, '.'] } as const]),
    ...(rule.isReachable
      ? []
      : [{ kind: 'problems', items: [`No packet can reach its ${rule.isIn ?? 'chain'}.`] } as const]),
    ...(rule.takenBefore === undefined
      ? []
      : [
          {
            kind: 'problems',
            items: [`No packet can reach it: rule ${rule.takenBefore} matches every packet before.`],
          } as const,
        ]),
    ...(rule.next.length === 0
      ? []
      : [
          { kind: 'heading', level: 2, text: 'Where it leads' } as const,
          ...rule.next.flatMap((chain) => chainBlocks(chain)),
        ]),
  ];
}
