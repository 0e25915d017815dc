/** Library functions that read facts about a node besides its rules. */
import type { Json, SourceText } from '../manifests/types.js';
import { parseListening, type ListeningSocket } from '../proxy/host-sockets.js';
import { joinedHostFacts, readHostText } from '../proxy/host-text.js';
import { mustBeText, mustBeTexts } from './values.js';

/**
 * Facts about one host, for `host` of completeCluster and readNode: JSON files of host facts, or the output of
 * `ip -json address`, `ip -json route` and the like. Throws TypeError for other texts.
 */
export function readHostFacts(sources: readonly SourceText[]): Json {
  mustBeTexts('readHostFacts', sources);
  return joinedHostFacts(
    sources.map(({ name, text }) => {
      const read = readHostText(text);
      if (read.mistake !== undefined) throw new TypeError(`${name}: ${read.mistake}`);
      return read.facts;
    }),
  );
}

/** The listening sockets in the output of `ss -ltnu` or `netstat -ltnu`. Throws TypeError for other texts. */
export function readListening(source: SourceText): readonly ListeningSocket[] {
  mustBeText('readListening', source);
  const { sockets, mistake } = parseListening(source.text);
  if (mistake !== undefined) throw new TypeError(`${source.name}: ${mistake}`);
  return sockets;
}
