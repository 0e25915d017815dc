/** Prints the rules on the path, one per line. */
import { append, greatest } from '../diagnostics/extremes.js';
import { printable } from '../diagnostics/terminal.js';
import type { Match } from '../iptables/types.js';
import { certainty } from './certain-steps.js';
import { commentOf, stepsOf, type EndGroup } from './groups.js';
import { effectOf } from './outcome.js';
import { describeRule, type DescribedRule } from '../nftables/program/describe.js';
import { ruleOf } from './rule-of.js';
import { shareText } from './shares.js';
import { countText, stepCounters } from './step-counters.js';
import { numberOf } from '../walk/rule-number.js';
import type { WalkStep } from '../walk/types.js';
import type { Colours } from './colours.js';
import { addToGroup } from '../diagnostics/groups.js';

/** One line before alignment; `decides`: the packet is rewritten, or its path ends here. */
interface Line {
  readonly place: string;
  readonly text: string;
  readonly note: string;
  /** The rule's counter; `''` if unknown. */
  readonly count: string;
  readonly decides: boolean;
  readonly bad: boolean;
}

/** How many different paths are shown in full. */
const mostWays = 8;

/**
 * First the steps that all paths have in common, then each different path; paths that differ only in addresses are
 * shown once.
 */
export function stepLines(groups: readonly EndGroup[], colours: Colours): string[] {
  const ways = groups.map((group) => ({ group, steps: stepsOf(group.end) }));
  const common = commonLength(ways.map(({ steps }) => steps));
  const [first] = ways;
  if (first === undefined) return [];
  if (ways.length === 1) return block(first.steps, colours, certainty(first.group));
  const isCommon = ways.map(({ group }) => certainty(group));
  const lines = block(first.steps.slice(0, common), colours, (step) => isCommon.every((isCertain) => isCertain(step)));
  const shapes = new Map<string, typeof ways>();
  for (const way of ways) {
    const shape = way.steps.slice(common).map(shapeOf).join('\n');
    addToGroup(shapes, shape, way);
  }
  for (const alike of [...shapes.values()].slice(0, mostWays)) {
    const [shown, ...others] = alike;
    if (shown === undefined) continue;
    lines.push(
      '',
      headOf(
        shown.group,
        others.map(({ group }) => group),
        groups,
      ),
    );
    append(lines, block(shown.steps.slice(common), colours, certainty(shown.group), lastHook(first.steps, common)));
  }
  if (shapes.size > mostWays) lines.push('', `… and ${shapes.size - mostWays} more ways (--format json lists all)`);
  return lines;
}

/**
 * The share of a path and its end. Packets that are stopped on their way to several destinations are one outcome; their
 * shares are added.
 */
function headOf(shown: EndGroup, others: readonly EndGroup[], all: readonly EndGroup[]): string {
  const likewise = (to: string): string =>
    others.length === 0
      ? ''
      : ` (and likewise ${others.length === 1 ? `${to}${others[0]?.destination ?? ''}` : `${others.length} others`})`;
  if (shown.end.verdict === 'ACCEPT') return `${shareText(shown.probability)} ${shown.destination}${likewise('')}`;
  const word = shown.end.verdict === 'DROP' ? 'dropped' : 'refused';
  const share = shareText(others.reduce((sum, { probability }) => sum + probability, shown.probability));
  const hasOnePlace = all.every(
    ({ destination, end }) => end.verdict === 'ACCEPT' || destination === shown.destination,
  );
  return hasOnePlace ? `${share} ${word}` : `${share} ${word} on its way to ${shown.destination}${likewise('to ')}`;
}

function lastHook(steps: readonly WalkStep[], common: number): string {
  return steps[common - 1]?.hook ?? '';
}

function commonLength(ways: readonly (readonly WalkStep[])[]): number {
  const [first = []] = ways;
  let length = 0;
  while (length < first.length && ways.every((way) => isSame(way[length], first[length]))) length++;
  return length;
}

function isSame(a: WalkStep | undefined, b: WalkStep | undefined): boolean {
  if (a === b) return true;
  return (
    a?.kind === 'rule' &&
    b?.kind === 'rule' &&
    a.chain === b.chain &&
    a.index === b.index &&
    a.hook === b.hook &&
    a.result === b.result
  );
}

/** The kind of a step, independent of the endpoint. */
function shapeOf(step: WalkStep): string {
  const line = lineOf(step);
  if (step.kind === 'route') return `${step.hook} ${step.text.replace(/^\S+/, '')}`;
  const chain = step.kind === 'virtualServer' ? '' : step.chain.name.replace(/^KUBE-SEP-.*/, 'KUBE-SEP');
  return `${step.hook} ${chain} ${line.text.replace(/KUBE-SEP-\S+/, '').replace(/becomes \S+/, 'becomes')}`.replace(
    /chance \S+: /,
    '',
  );
}

/** How many steps of a path are shown in full; real rules have fewer. */
const mostSteps = 2_000;

type IsCertain = (step: WalkStep) => boolean;

function block(steps: readonly WalkStep[], colours: Colours, isCertain: IsCertain, hookBefore = ''): string[] {
  const described = steps.filter((step) => step.kind !== 'policy' || step.chain.policy === 'DROP');
  const more =
    described.length > mostSteps
      ? [`  … and ${described.length - mostSteps} more steps (--format json lists all)`]
      : [];
  return [...rows(described.slice(0, mostSteps), colours, isCertain, hookBefore), ...more];
}

function rows(steps: readonly WalkStep[], colours: Colours, isCertain: IsCertain, hookBefore: string): string[] {
  const lines = steps.map((step) => ({
    hook: step.hook,
    ...(isCertain(step) ? lineOf(step) : possible(lineOf(step))),
  }));
  const counts = greatest(
    lines.map(({ count }) => count.length),
    0,
  );
  const places = greatest(
    lines.map(({ place }) => place.length),
    0,
  );
  const texts = Math.min(
    44,
    greatest(
      lines.map(({ text }) => text.length),
      0,
    ),
  );
  let hook = hookBefore;
  return lines.flatMap((line) => {
    const head = line.hook === hook ? [] : [line.hook];
    hook = line.hook;
    const row = printable(
      `  ${line.decides ? '>' : ' '} ${line.place.padEnd(places)}  ${counts === 0 ? '' : `${line.count.padStart(counts)}  `}${line.text.padEnd(line.note === '' ? 0 : texts)}${line.note === '' ? '' : `  ${line.note}`}`.trimEnd(),
    );
    return [
      ...head.map((name) => colours.faint(name)),
      line.bad ? colours.bad(row) : line.decides ? colours.bold(row) : row,
    ];
  });
}

/** Marks a rule that not all walks match. */
function possible(line: Line): Line {
  return { ...line, text: `${line.text} (possibly)` };
}

function lineOf(step: WalkStep): Line {
  switch (step.kind) {
    case 'route':
      return { place: 'routing', text: step.text, note: '', count: '', decides: false, bad: false };
    case 'policy':
      return {
        place: `${step.table} ${step.chain.name}`,
        text: 'policy DROP',
        note: '',
        count: '',
        decides: true,
        bad: true,
      };
    case 'virtualServer':
      return {
        place: 'ipvs',
        text: `${step.server.scheduler}: destination becomes ${step.result}`,
        note: '',
        count: '',
        decides: true,
        bad: step.result.includes('rejected'),
      };
    case 'rule':
      return ruleLine(step);
  }
}

const rewriting: readonly string[] = ['destinationNat', 'redirect', 'netmap', 'sourceNat', 'masquerade', 'reject'];

function ruleLine(step: WalkStep & { readonly kind: 'rule' }): Line {
  const described = describeRule(step);
  if (described !== undefined) return describedLine(step, described);
  const rule = ruleOf(step);
  const { target } = rule ?? {};
  const counters = stepCounters(step);
  const drops = target?.kind === 'reject' || (target?.kind === 'verdict' && target.verdict === 'DROP');
  const condition =
    rule?.matches
      .map(conditionOf)
      .filter((text) => text !== '')
      .join(', ') ?? '';
  const effect = effectOf(target, step.result) + (step.mayNotMatch === true ? ' (if it matches)' : '');
  return {
    place: `${step.table} ${step.chain.name} ${numberOf(step)}`,
    text: condition === '' ? effect : `${condition}: ${effect}`,
    note: commentOf(step),
    count: counters === undefined ? '' : countText(counters),
    decides: drops || (target?.kind === 'module' && target.name === 'TPROXY') || rewriting.includes(target?.kind ?? ''),
    bad: drops,
  };
}

/** An nftables rule: its effect, and its comment, or without one its text. */
function describedLine(step: WalkStep & { readonly kind: 'rule' }, described: DescribedRule): Line {
  return {
    place: `${step.table} ${step.chain.name} ${numberOf(step)}`,
    text: described.effect + (step.mayNotMatch === true ? ' (if it matches)' : ''),
    note: described.comment === '' ? described.text.slice(0, 120) : described.comment,
    count: described.counters === undefined ? '' : countText(described.counters),
    decides: described.decides,
    bad: described.drops,
  };
}

/** Conditions other than those that the packet obviously meets. */
function conditionOf(match: Match): string {
  switch (match.kind) {
    case 'statistic':
      return `chance ${shareText(match.negated === true ? 1 - match.probability : match.probability)}`;
    case 'recent':
      return match.action === 'set' ? 'remembers the client' : 'knows the client';
    default:
      return '';
  }
}
