/** Compares a Service or packet in each proxy mode. */
import { explain } from '../explain/explain.js';
import type { ExplainedTraffic, Knowledge } from '../explain/types.js';
import { shareWords } from '../explain/words/numbers.js';
import { plain } from '../explain/words/plain.js';
import { waysOf } from '../trace/groups.js';
import { shareText } from '../trace/shares.js';
import { walkFields } from './packet/answer.js';
import type { NameFacts, PacketFields } from './packet/question.js';
import { count } from '../diagnostics/words.js';

/** A mode, and the node's data in it. */
export interface ModeKnowledge {
  readonly mode: string;
  /** Why there is nothing to compare; `''` otherwise. */
  readonly missing: string;
  readonly knowledge: Knowledge | undefined;
}

export interface Comparison {
  readonly modes: readonly { readonly mode: string; readonly missing: string }[];
  readonly rows: readonly ComparedRow[];
}

interface ComparedRow {
  /** `a Pod on this node to cluster IP 10.96.0.50:80` */
  readonly what: string;
  /** The result in each mode; `''` if there is none. */
  readonly cells: readonly string[];
  readonly differs: boolean;
}

/** The statements of one mode by subject: the words to show, and a key that is equal for equal statements. */
type CellsByName = ReadonlyMap<string, { readonly words: string; readonly key: string }>;

/** A Service by `namespace/name`, for each kind of client and each address. */
export function compareService(modes: readonly ModeKnowledge[], name: string): Promise<Comparison> {
  const slash = name.indexOf('/');
  const [namespace, service] = [name.slice(0, slash), name.slice(slash + 1)];
  return compared(modes, (knowledge) => {
    const { explanation } = explain(knowledge, { kind: 'service', namespace, service, port: undefined });
    if (explanation?.kind !== 'service') return new Map();
    return new Map(
      explanation.ports.flatMap((port) =>
        port.traffic.flatMap((row) =>
          row.from.flatMap((from) =>
            row.to.map((to) => [`${from} to ${to} (${port.name}, ${port.protocol})`, trafficWords(row)] as const),
          ),
        ),
      ),
    );
  });
}

/** A packet, for each place where it may end. */
export function comparePacket(
  modes: readonly ModeKnowledge[],
  fields: PacketFields,
  facts: NameFacts,
): Promise<Comparison> {
  return compared(modes, async (knowledge) => {
    const walked = await walkFields(knowledge.node, fields, facts);
    if ('missing' in walked) return new Map();
    return new Map(
      waysOf(walked.ends).map(({ end, probability, destination }) => {
        const source = end.state.hasSourceNat ? "source becomes the node's" : 'source stays';
        const isAccepted = end.verdict === 'ACCEPT';
        const what = isAccepted ? `arrives at ${destination}` : end.verdict === 'DROP' ? 'dropped' : 'rejected';
        const words = isAccepted ? `${shareText(probability)}, ${source}` : shareText(probability);
        return [what, { words, key: words }] as const;
      }),
    );
  });
}

async function compared(
  modes: readonly ModeKnowledge[],
  tell: (knowledge: Knowledge) => CellsByName | Promise<CellsByName>,
): Promise<Comparison> {
  const cells: (CellsByName | undefined)[] = [];
  for (const { knowledge } of modes) cells.push(knowledge === undefined ? undefined : await tell(knowledge));
  const names = new Set(cells.flatMap((one) => [...(one?.keys() ?? [])]));
  const known = cells.filter((one) => one !== undefined);
  return {
    modes: modes.map(({ mode, missing }) => ({ mode, missing })),
    rows: [...names].map((what) => ({
      what,
      cells: cells.map((one) => one?.get(what)?.words ?? ''),
      differs: new Set(known.map((one) => one.get(what)?.key ?? '')).size > 1,
    })),
  };
}

function trafficWords({ fate, endpoints, source, lost }: ExplainedTraffic): { words: string; key: string } {
  const shares = [...new Set(endpoints.map(({ share }) => shareWords(share)))];
  const whose = { client: 'source kept', node: "source becomes the node's", mixed: 'source depends on the endpoint' };
  const words =
    fate === 'delivered'
      ? `${shares.length === 1 ? shares.join() : 'unequal shares'} to ${endpoints.length === 1 ? plain(endpoints[0]?.endpoint ?? '') : `each of ${count(endpoints.length, 'endpoint')}`}, ${whose[source]}`
      : { refused: 'rejected', dropped: 'dropped', untouched: 'not taken by a Service rule' }[fate];
  const key = `${fate} ${source} ${lost.toFixed(6)} ${endpoints.map((one) => `${one.endpoint} ${one.share.toFixed(6)}`).join(',')}`;
  return { words, key };
}
