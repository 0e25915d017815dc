/** `-m rpfilter`: whether answers to the source would leave by the interface that the packet came in by. */
import type { Match } from '../iptables/types.js';
import type { Test } from './chain.js';
import type { HostModel } from './host.js';
import { assume, type WalkState } from './state.js';

/**
 * Decided by the interfaces' own subnets (net/ipv4/netfilter/ipt_rpfilter.c). A source that lies in none of them is
 * taken to be answered by the way it came, as all but forged packets are, and the outcome says so.
 */
export function reversePathTest({ options }: Match & { readonly kind: 'module' }, host: HostModel): Test {
  const has = (name: string): boolean => options.some((option) => option.name === name);
  const isLoose = has('--loose');
  const takesLocal = has('--accept-local');
  const wanted = !has('--invert');
  return (state) => passes(state, host, isLoose, takesLocal) === wanted;
}

function passes(state: WalkState, host: HostModel, isLoose: boolean, takesLocal: boolean): boolean {
  const { source, inInterface = '' } = state;
  if (inInterface === 'lo') return true;
  if (host.isLocal(source) === true) return takesLocal && (isLoose || host.isOnInterface(source, inInterface));
  const entry = host.entryOf(source);
  // Link-local addresses are looked up on the interface itself (net/ipv6/netfilter/ip6t_rpfilter.c).
  if (isLoose || (source.family === 'ipv6' && source.value >> 118n === 0x3fan)) return true;
  if (entry.isCertain) return entry.name === inInterface;
  assume(state, `answers to ${source.text} leave by ${inInterface}, as it came in by that (rpfilter)`);
  return true;
}
