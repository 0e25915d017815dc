import { parseDump } from '../../src/iptables/dump/parse.js';
import { parseIpset } from '../../src/ipvs/parse-ipset.js';
import { parseIpvsadm } from '../../src/ipvs/parse-ipvsadm.js';
import { parseRuleset } from '../../src/nftables/parse.js';
import type { SourceText } from '../../src/manifests/types.js';
import { nodeFromDumps, type BesideDumps } from '../../src/node/from-dumps.js';
import { joinParts } from '../../src/node/read-dumps.js';
import { sortTexts } from '../../src/node/sort-texts.js';
import type { NodeModel } from '../../src/node/types.js';
import type { DumpPart } from '../../src/node/mode.js';

const parsers: Readonly<Record<string, (source: SourceText) => DumpPart>> = {
  'iptables-save': (source) => {
    const { dumps, findings } = parseDump(source);
    return { tables: dumps, findings };
  },
  'nft list ruleset': (source) => {
    const { tables, findings } = parseRuleset(source);
    return { nftables: tables, findings };
  },
  'ipset save': parseIpset,
  'ipvsadm -S -n': parseIpvsadm,
};

/** The node in dumps, read like `readNode`, but synchronously: for property tests without promises. */
export function nodeOfTexts(texts: readonly SourceText[], beside: BesideDumps = {}): NodeModel {
  const sorted = sortTexts(texts);
  const parts = sorted.dumps.map(({ format, source }) => {
    const parse = parsers[format.command];
    if (parse === undefined) throw new Error(`the test knows no parser for ${format.command}`);
    return parse(source);
  });
  return nodeFromDumps(joinParts(parts, sorted), beside);
}

/** The same for one text. */
export function nodeOfText(text: string, beside: BesideDumps = {}): NodeModel {
  return nodeOfTexts([{ name: 'node', text }], beside);
}
