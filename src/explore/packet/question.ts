/** From the fields of the packet form to the packet: they mean what the options of `kubechains trace` mean. */
import { UsageError } from '../../diagnostics/usage-error.js';
import { namedEnds, namesOf } from '../../question/ends.js';
import { readQuestion, type Question } from '../../question/question.js';
import { isSetText } from '../../question/set.js';
import type { PacketWords } from '../../question/words.js';
import type { NodeModel } from '../../node/types.js';
import type { HostModel } from '../../walk/host.js';

/** What the form says; `''` where a field is empty. */
export interface PacketFields {
  /** `shop/web:http`, `10.96.0.50:80` */
  readonly to: string;
  /** An address, with `:PORT` where that matters. */
  readonly from: string;
  readonly protocol: string;
  /** The interface it comes in by; `local`: the node itself sends it. */
  readonly by: string;
}

const local = 'local';

/** The packet, or why the fields make none: a sentence. */
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
    // The fields are called as the options are, without their dashes.
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

/** The command that asks the same; `inputs`: what it is asked of. */
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
