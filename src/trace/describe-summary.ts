/** Describes the outcome of a packet in one or two sentences. */
import { append } from '../diagnostics/extremes.js';
import { numberOf } from '../walk/rule-number.js';
import { tooManyWays } from '../walk/branches.js';
import { itemsOf } from '../walk/link.js';
import { commentOf, deciderOf, isRemembered, isUntracking, stepsOf, wasSentOn, type EndGroup } from './groups.js';
import { ruleOf } from './rule-of.js';
import type { Packet } from '../walk/packet.js';
import type { NameOf } from './outcome.js';
import { equalShares, shareText } from './shares.js';
import type { WalkEnd } from '../walk/types.js';

/** The first lines: the destination, or why the packet is stopped. */
export function summaryLines(all: readonly EndGroup[], packet: Packet, nameOf: NameOf = () => undefined): string[] {
  const groups = all.map((group) => withName(group, nameOf));
  const accepted = groups.filter(({ end }) => end.verdict === 'ACCEPT');
  const blocked = groups.filter(({ end }) => end.verdict !== 'ACCEPT');
  const isWhole = blocked.length === 0;
  const lines = accepted.length === 0 ? [] : acceptedLines(accepted, packet, isWhole);
  for (const group of blocked) append(lines, blockedLines(group, packet, groups.length === 1));
  const ends = all.flatMap((group) => group.ends);
  append(lines, [...notTrackedLines(ends), ...markedToDropLines(ends)]);
  if (groups.some(({ ends }) => ends.some(isRemembered))) {
    lines.push(
      'A returning client goes to the same endpoint as last time (recent lists); the shares are for new clients.',
    );
  }
  if (groups.length > 1 && groups.some(({ ends }) => ends.some(restsOnUnknown)))
    lines.push('These shares weight unknown facts equally.');
  if (groups.some(({ ends }) => ends.some(wasCutShort)))
    lines.push('Not all ways were followed: these shares are approximate.');
  return lines;
}

/** Why the rules of table nat do not apply to a packet. */
function notTrackedLines(ends: readonly WalkEnd[]): string[] {
  const without = ends.filter(({ state }) => !state.isTracked);
  const step = without[0] === undefined ? undefined : stepsOf(without[0]).find(isUntracking);
  if (step?.kind !== 'rule' || without.length < ends.length) return [];
  return [
    `Rule ${numberOf(step)} of ${step.chain.name} (table ${step.table}) takes it out of connection tracking (NOTRACK), so no rule of table nat sees it.`,
  ];
}

/** Up to 1.27 the drop mark affected only packets to or from the node itself, not forwarded ones. */
function markedToDropLines(ends: readonly WalkEnd[]): string[] {
  const isMarked = (end: WalkEnd): boolean =>
    end.verdict === 'ACCEPT' &&
    !wasSentOn(end) &&
    stepsOf(end).some((step) => step.kind === 'rule' && step.chain.name === 'KUBE-MARK-DROP');
  return ends.length > 0 && ends.every(isMarked)
    ? ['It is marked for dropping (KUBE-MARK-DROP), but no rule drops forwarded packets with that mark.']
    : [];
}

/** The destination with its owner: `10.244.1.5:8080 (Pod shop/web-0 on node-1)`. */
function withName(group: EndGroup, nameOf: NameOf): EndGroup {
  const name = nameOf(group.end.state.destination?.text ?? '');
  return name === undefined ? group : { ...group, destination: `${group.destination} (${name})` };
}

function wasCutShort({ state }: WalkEnd): boolean {
  return itemsOf(state.assumptions).some((text) => text.startsWith(tooManyWays));
}

function restsOnUnknown({ state }: WalkEnd): boolean {
  return itemsOf(state.facts).some(({ key }) => !key.startsWith('recent '));
}

function acceptedLines(groups: readonly EndGroup[], packet: Packet, isWhole: boolean): string[] {
  const [first] = groups;
  if (first === undefined) return [];
  if (groups.length === 1)
    return [`${isWhole ? '' : `${shareText(first.probability)}: `}${oneAccepted(first, packet)}`];
  const rewritten = groups.every(({ end }) => wasSentOn(end));
  const shares = equalShares(groups.map(({ probability }) => probability));
  const head = `Goes to one of ${groups.length} ${rewritten ? 'endpoints' : 'places'}${shares === undefined ? '' : `, ${shares}`}${sourceClause(groups, packet)}.`;
  return [head, ...placeLines(groups, packet)];
}

/** How many destinations are listed before the rest is only counted. */
const mostPlaces = 20;

function placeLines(groups: readonly EndGroup[], packet: Packet): string[] {
  const mixed = groups.some(({ end }) => end.state.hasSourceNat) && groups.some(({ end }) => !end.state.hasSourceNat);
  const rows = groups.slice(0, mostPlaces).map(({ probability, destination, end }) => {
    const source = mixed ? `, source ${end.state.hasSourceNat ? `becomes ${newSource(end, packet)}` : 'stays'}` : '';
    const unlike = wasSentOn(end) ? '' : ` (${end.reason ?? end.state.hook})`;
    return `  ${shareText(probability).padStart(6)}  ${destination}${unlike}${source}`;
  });
  return groups.length > mostPlaces ? [...rows, `  … and ${groups.length - mostPlaces} more`] : rows;
}

function newSource({ state }: WalkEnd, packet: Packet): string {
  const source = state.source?.text ?? packet.source.text;
  if (source !== packet.source.text) return source;
  return state.outIsCertain ? `an address of ${interfaceWords(state.outInterface)}` : "the node's";
}

/** A name that ends in `*` represents several interfaces. */
function interfaceWords(name = 'the node'): string {
  return name.endsWith('*') ? 'the interface it leaves by' : name;
}

function sourceClause(groups: readonly EndGroup[], packet: Packet): string {
  const rewritten = groups.filter(({ end }) => end.state.hasSourceNat);
  if (rewritten.length === 0) return `; the source stays ${packet.source.text}`;
  if (rewritten.length < groups.length) return '';
  const sources = new Set(rewritten.map(({ end }) => end.state.source?.text ?? ''));
  const [only = ''] = sources;
  if (sources.size > 1 || only === '' || only === packet.source.text || rewritten.some(({ end }) => isGuessed(end)))
    return `; the source becomes ${nodeAddress(rewritten)}`;
  return `; the source becomes the node's address, ${only}`;
}

/** Whether the new source is the address of an outgoing interface that is only assumed. */
function isGuessed({ state }: WalkEnd): boolean {
  return itemsOf(state.steps).some(
    (step) => step.kind === 'rule' && step.result?.startsWith('source: an address of the interface') === true,
  );
}

/** The source address after MASQUERADE if it is unknown or differs between ends. */
function nodeAddress(groups: readonly EndGroup[]): string {
  const exits = new Set(groups.map(({ end: { state } }) => (state.outIsCertain ? state.outInterface : undefined)));
  const [only] = exits;
  return exits.size === 1 && only !== undefined
    ? `an address of ${interfaceWords(only)}`
    : "the node's address on the interface it leaves by";
}

function oneAccepted({ end, destination }: EndGroup, packet: Packet): string {
  if (wasSentOn(end))
    return `Goes to ${destination}${sourceClause([{ end, destination, ends: [end], probability: 1 }], packet)}.`;
  if (end.state.hook === 'PREROUTING' || end.state.hook === 'OUTPUT')
    return `It is for ${destination} and ${end.reason ?? 'goes to a place that the inputs do not give'}.`;
  if (end.state.hook === 'INPUT')
    return `Arrives at the node itself, at ${destination}: ${end.reason ?? 'it answers'}.`;
  const ping =
    packet.protocol === 'icmp'
      ? ' If that is a cluster IP: it exists only in rules for its ports, so nothing answers a ping.'
      : '';
  const way = `No rule changes its destination: it ${end.reason ?? 'leaves'} for ${destination}`;
  return `${way}${end.state.hasSourceNat ? newSourceClause(end, packet) : `.${ping}`}`;
}

/** The new source address, and the rule that sets it: the important fact if nothing else is rewritten. */
function newSourceClause(end: WalkEnd, packet: Packet): string {
  const step = stepsOf(end).findLast(
    (one) => one.kind === 'rule' && sourceRewriting.has(ruleOf(one)?.target?.kind ?? ''),
  );
  const comment = commentOf(step);
  const words = comment === '' ? '' : `: ${quotedComment(comment)}`;
  const by =
    step?.kind === 'rule' ? `, by rule ${numberOf(step)} of ${step.chain.name} (table ${step.table})${words}` : '';
  const source = isGuessed(end)
    ? nodeAddress([{ end, ends: [end], destination: '', probability: 1 }])
    : newSource(end, packet);
  return `; its source becomes ${source}${by}.`;
}

/** Comments of CNI plugins contain quotes of their own. */
function quotedComment(comment: string): string {
  return comment.includes('"') ? `'${comment}'` : `"${comment}"`;
}

const sourceRewriting: ReadonlySet<string> = new Set(['masquerade', 'sourceNat', 'netmap']);

function blockedLines(group: EndGroup, packet: Packet, isAll: boolean): string[] {
  const { end, probability } = group;
  const share = isAll ? '' : `${shareText(probability)}: `;
  const verb = end.verdict === 'DROP' ? 'Dropped' : 'Rejected';
  const step = deciderOf(end);
  if (step === undefined) return [`${share}${verb} in ${end.state.hook}: ${end.reason ?? 'no rule lets it pass'}.`];
  if (step.kind === 'policy')
    return [
      `${share}${verb} in ${step.hook}: no rule of table ${step.table} lets it pass, and the policy of ${step.chain.name} is DROP.`,
    ];
  const comment = commentOf(step);
  const words = comment === '' ? '' : `: ${quotedComment(comment)}`;
  const lines = [
    `${share}${verb} in ${step.hook} by rule ${numberOf(step)} of ${step.chain.name} (table ${step.table})${words}.`,
  ];
  const why = whyOf(comment, packet);
  return why === undefined ? lines : [...lines, why];
}

/** The purpose of a kube-proxy rule, from its comment. */
function whyOf(comment: string, packet: Packet): string | undefined {
  if (comment.endsWith(' has no endpoints'))
    return 'This service port has no ready endpoint on any node, so kube-proxy rejects connections at once instead of letting clients time out.';
  if (comment.endsWith(' has no local endpoints')) {
    return 'Its traffic policy is Local, and no endpoint on this node is ready: kube-proxy drops the packet, so that a load balancer tries another node.';
  }
  if (comment.includes(' traffic not accepted by KUBE-FW-'))
    return `Its loadBalancerSourceRanges do not contain ${packet.source.text}.`;
  if (comment === 'block incoming localnet connections')
    return 'Only the node itself may use 127.0.0.0/8 (CVE-2020-8558).';
  return undefined;
}
