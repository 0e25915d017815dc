/** Library functions that read texts. */
import { parseDump as readDump, type ParseOptions } from '../iptables/dump/parse.js';
import type { ParsedDumps } from '../iptables/dump/types.js';
import { parseIpset as readIpset, type IpsetDump } from '../ipvs/parse-ipset.js';
import { parseIpvsadm as readIpvsadm, type IpvsadmDump } from '../ipvs/parse-ipvsadm.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import type { BesideDumps } from '../node/from-dumps.js';
import { readNode as readNodeOf, type ReadNode } from '../node/read-node.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { mustBeOptions, mustBeText, mustBeTexts } from './values.js';

/**
 * The objects in manifests: YAML with one or several documents, JSON, Lists. Problems are in `findings`, texts that are
 * not manifests in `skipped`; kustomizations among the texts are built. Throws TypeError for values that are not texts.
 */
export function parseManifests(texts: readonly SourceText[]): ManifestSet {
  mustBeTexts('parseManifests', texts);
  return readManifests([...texts]);
}

/**
 * The node in dumps, which are recognised by content: output of iptables-save, ipset and ipvsadm, separately or
 * combined. `beside`: host facts, and the cluster that manifests describe.
 */
export async function readNode(texts: readonly SourceText[], beside: BesideDumps = {}): Promise<ReadNode> {
  mustBeTexts('readNode', texts);
  mustBeOptions('readNode', beside);
  return readNodeOf(texts, beside);
}

/**
 * The rules in one output of iptables-save or ip6tables-save, with their lines. Throws TypeError if it is not a text.
 */
export function parseDump(source: SourceText, options: ParseOptions = {}): ParsedDumps {
  mustBeText('parseDump', source);
  mustBeOptions('parseDump', options);
  return readDump(source, options);
}

/** The sets in one output of `ipset save`. Throws TypeError if it is not a text. */
export function parseIpset(source: SourceText): IpsetDump {
  mustBeText('parseIpset', source);
  return readIpset(source);
}

/** The virtual servers in one output of `ipvsadm -S -n`. Throws TypeError if it is not a text. */
export function parseIpvsadm(source: SourceText): IpvsadmDump {
  mustBeText('parseIpvsadm', source);
  return readIpvsadm(source);
}
