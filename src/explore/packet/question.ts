/**
 * Makes a packet from the fields of the packet form, which have the same meaning as the options of `kubechains trace`.
 */
import { UsageError } from '../../diagnostics/usage-error.js';
import { namedEnds, namesOf } from '../../question/ends.js';
import { readQuestion, type Question } from '../../question/question.js';
import { isSetText } from '../../question/set.js';
import type { PacketWords } from '../../question/words.js';
import type { NodeModel } from '../../node/types.js';
import type { HostModel } from '../../walk/host.js';

/** The content of the form; empty fields are `''`. */
export interface PacketFields {
  /** `shop/web:http`, `10.96.0.50:80` */
  readonly to: string;
  /** An address, with `:PORT` if the port matters. */
  readonly from: string;
  readonly protocol: string;
  /** The incoming interface; `local`: the node itself sends the packet. */
  readonly by: string;
}

const local = 'local';

/** The packet, or in one sentence why the fields do not describe one. */
export function readFields(
  fields: PacketFields,
  node: NodeModel,
  host: HostModel,
): { readonly question: Question } | { readonly missing: string } {
  if (fields.to === '')
    return { missing: 'Say where the packet goes: a Service such as shop/web, or an address with a port.' };
  try {
    const said = wordsOf(fields);
    return { question: readQuestion(said, node, host, namedEnds(said, namesOf(node, 'cluster.local'), isSetText)) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // The fields have the same names as the options, without dashes.
    const words = error.message.replace(/^--/, '');
    return { missing: `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.?]$/.test(words) ? '' : '.'}` };
  }
}

function wordsOf({ to, from, protocol, by }: PacketFields): PacketWords {
  return {
    to: to || undefined,
    from: from || undefined,
    protocol: protocol || undefined,
    inInterface: by === local ? undefined : by || undefined,
    isLocal: by === local,
    scope: { namespace: 'default', isEverywhere: false },
  };
}

/** The command with the same result; `inputs`: the command's inputs. */
export function commandOf({ to, from, protocol, by }: PacketFields, mode: string | undefined, inputs: string): string {
  const words = [
    ['--to', to],
    ['--from', from],
    ['--protocol', protocol],
    ['--in-interface', by === local ? '' : by],
    ['--mode', mode ?? ''],
  ].flatMap(([option = '', value = '']) => (value === '' ? [] : [option, quoted(value)]));
  return ['kubechains trace', ...words, ...(by === local ? ['--local'] : []), inputs].join(' ');
}

function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
