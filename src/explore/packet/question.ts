/**
 * Makes a packet from the fields of the packet form, which have the same meaning as the options of `kubechains trace`.
 */
import { UsageError } from '../../diagnostics/usage-error.js';
import { modelMet, namedEnds, namesOf, nodeMet, type NamedEnds } from '../../question/ends.js';
import { readQuestion, type Question } from '../../question/question.js';
import { nodeNameOfModel } from '../../question/sender.js';
import type { PacketWords } from '../../question/words.js';
import type { NodeModel } from '../../node/types.js';
import { readName } from '../../targets/read-name.js';
import { hostModel, type HostModel } from '../../walk/host.js';
import { capitalised } from '../../diagnostics/words.js';

/** The content of the form; empty fields are `''`. */
export interface PacketFields {
  /** `shop/web:http`, `10.96.0.50:80`, `deploy/web` */
  readonly to: string;
  /** `deploy/web`, `pod/web-0`, `node/node-1`, or an address, with `:PORT` where that matters. */
  readonly from: string;
  /** Where names without a namespace are looked for; `''`: in that of the other end, else in `default`. */
  readonly namespace: string;
  readonly protocol: string;
  /** The incoming interface; `local`: the node itself sends the packet. */
  readonly by: string;
}

const local = 'local';

/** Where and among what names are looked for. */
export interface NameFacts {
  readonly clusterDomain: string;
  /** Whether facts of one node were given (`--host`). */
  readonly hasFacts: boolean;
}

/** A packet, and the node that it meets first: its Pod's, where it has one. */
interface Asked {
  readonly question: Question;
  readonly node: NodeModel;
  readonly host: HostModel;
  readonly ends: NamedEnds;
}

/** What the fields ask, or why they ask nothing: a sentence. */
export async function readFields(
  fields: PacketFields,
  given: NodeModel,
  { clusterDomain, hasFacts }: NameFacts,
): Promise<Asked | { readonly missing: string }> {
  if (fields.to === '')
    return { missing: 'Say where the packet goes: a Service such as shop/web, or an address with a port.' };
  try {
    const said = wordsOf(fields);
    const ends = namedEnds(said, namesOf(given, clusterDomain));
    const node = await modelMet(given, nodeMet(said, ends, nodeNameOfModel(given)), hasFacts);
    const host = hostModel(node.host, {
      boundAddresses: node.families.flatMap((one) => one.boundAddresses),
      listening: node.listening ?? [],
    });
    return { question: readQuestion(said, node, host, ends), node, host, ends };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // The fields are called as the options are, without their dashes.
    const words = error.message.replace(/^--/, '').replace('choose with -n NAMESPACE', 'choose one by Namespace');
    return { missing: `${capitalised(words)}${/[.?]$/.test(words) ? '' : '.'}` };
  }
}

/** The namespace of names that say none. */
function namespaceOf({ namespace, to, from }: PacketFields): string {
  const named = [to, from].map(readName).find((one) => one?.kind === 'object' && one.namespace !== undefined);
  return namespace || (named?.kind === 'object' ? named.namespace : undefined) || 'default';
}

function wordsOf(fields: PacketFields): PacketWords {
  const { to, from, protocol, by } = fields;
  return {
    to: to || undefined,
    from: from || undefined,
    protocol: protocol || undefined,
    inInterface: by === local ? undefined : by || undefined,
    isLocal: by === local,
    scope: { namespace: namespaceOf(fields), isEverywhere: false },
  };
}

/** The command that asks the same; `inputs`: what it is asked of. */
export function commandOf(fields: PacketFields, mode: string | undefined, inputs: string): string {
  const { to, from, protocol, by } = fields;
  const words = [
    ['-n', needsNamespace(fields) ? namespaceOf(fields) : ''],
    ['--to', to],
    ['--from', from],
    ['--protocol', protocol],
    ['--in-interface', by === local ? '' : by],
    ['--mode', mode ?? ''],
  ].flatMap(([option = '', value = '']) => (value === '' ? [] : [option, quoted(value)]));
  return ['kubechains trace', ...words, ...(by === local ? ['--local'] : []), inputs].join(' ');
}

/** Whether an end is named without its namespace, and that is another one than the command takes it for. */
function needsNamespace(fields: PacketFields): boolean {
  const isBare = [fields.to, fields.from]
    .map(readName)
    .some((one) => one?.kind === 'dns' || (one?.kind === 'object' && one.namespace === undefined));
  return isBare && namespaceOf(fields) !== 'default';
}

function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
