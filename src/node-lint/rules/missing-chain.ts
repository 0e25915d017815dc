import { jumpsToNothing } from '../../explain/rules/faults.js';
import { jumpsTo } from '../../explain/rules/rule-index.js';
import { plain } from '../../explain/words/plain.js';
import { missingChainsOf } from '../model/nftables.js';
import { nftablesOf, tableName } from '../model/nftables-words.js';
import { natRules, natTable } from '../model/example-dumps.js';
import type { NodeRule } from '../rule.js';
import { count } from '../../diagnostics/words.js';

export const missingChain: NodeRule = {
  id: 'node/missing-chain',
  severity: 'warning',
  documentation: {
    summary: 'A rule jumps to a chain that the dump does not have',
    why: `The kernel holds no such rule: a chain that rules jump to cannot be removed. So the dump was cut, filtered (\`grep\`), or put together by hand, and what is said
of it may be wrong. iptables-restore and \`nft -f\` refuse such a text as a whole, so that a node that loads it at boot has none of its rules.`,
    remedy: 'Dump the whole table again (`iptables-save -t nat`), or declare the chain and its rules.',
    bad: natTable((rules) => [...rules, '-A PREROUTING -j SHOP-GATEWAY']),
    good: natTable((rules) => [...rules, '-A PREROUTING -j SHOP-GATEWAY']).replace(
      natRules[0] ?? '',
      `:SHOP-GATEWAY - [0:0]\n${natRules[0] ?? ''}`,
    ),
    sources: ['iptables-restore(8)', 'net/ipv4/netfilter/ip_tables.c, mark_source_chains'],
  },
  *check(context) {
    for (const { table, place } of nftablesOf(context)) {
      const [first, ...others] = missingChainsOf(table);
      if (first !== undefined)
        yield {
          place: { ...place, line: first.line ?? place.line },
          message:
            `The ${tableName(table)} has no chain ${plain(first.name)}${others.length === 0 ? '' : `, nor ${count(others.length, 'other')}`} ` +
            'to which its rules or maps lead: the dump is not whole, and nft would reject it.',
        };
    }
    for (const family of context.families)
      for (const table of family.index.tableNames) {
        const byName = new Map<string, { place: ReturnType<typeof family.placeOf>; times: number }>();
        for (const jump of jumpsToNothing(family.index, table)) {
          const name = jumpsTo(jump.rule) ?? '';
          const known = byName.get(name);
          if (known === undefined) byName.set(name, { place: family.placeOf(jump), times: 1 });
          else known.times++;
        }
        for (const [name, { place, times }] of byName)
          yield {
            place,
            message:
              `The table ${table} has no chain ${plain(name)}, to which ${times === 1 ? 'this rule jumps' : `this rule and ${count(times - 1, 'other')} jump`}: ` +
              'the dump is not whole, and iptables-restore would refuse the table.',
          };
      }
  },
};
