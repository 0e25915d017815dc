import type { ProxyState } from '../../proxy/state.js';
import type { Expression, Statement } from '../types.js';
import { has } from './changes.js';
import { addresses, familyWords, match, matchNot, meta, payload } from './vocabulary.js';

/** The condition that a packet comes from a Pod of this node; undefined if kube-proxy cannot recognise Pods. */
export function fromLocalPods(state: ProxyState): Statement | undefined {
  const sides = comparison(state);
  return sides === undefined ? undefined : match(...sides);
}

/** The negated condition. */
export function notFromLocalPods(state: ProxyState): Statement | undefined {
  const sides = comparison(state);
  return sides === undefined ? undefined : matchNot(...sides);
}

function comparison(state: ProxyState): [left: Expression, right: Expression] | undefined {
  const { localDetector, family, options } = state;
  if (localDetector === undefined) return undefined;
  if (localDetector.kind === 'sourcePrefix')
    return [payload(familyWords[family].header, 'saddr'), addresses(localDetector.prefix)];
  const isPrefix = options.configuration.detectLocalMode === 'InterfaceNamePrefix';
  const text = isPrefix ? localDetector.name.replace(/\+$/, '*') : localDetector.name;
  return [meta(has(options.version, 'comparesInterfaceNames') ? 'iifname' : 'iif'), { kind: 'string', text }];
}
