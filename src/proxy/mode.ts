import type { Json } from '../manifests/types.js';
import type { ProxyState } from './state.js';

/** One family's state in one mode, ready to be printed in any of the mode's formats. */
export interface LoweredState {
  /** The text of one format, a stretch at a time; none of it where printing throws. */
  print(format: string): Iterable<string>;
  /** The same as plain values, for `json`. */
  toJson(): Json;
}

/** A proxy mode: what the command line offers for it. Each mode's folder exports one, from `mode.ts`. */
export interface ProxyMode {
  readonly name: string;
  /** Text formats, the default first; `json` comes on top. */
  readonly formats: readonly string[];
  /** Why kube-proxy would not start with this configuration; undefined where it would. */
  refusal(state: ProxyState): string | undefined;
  /** What a user should know beside the rules, a sentence each. */
  notes(state: ProxyState): readonly string[];
  lower(state: ProxyState): LoweredState;
}
