/** Determines the address family of rules without a header that states it. */
import type { Family } from '../../net/address.js';
import type { Match, Rule, Target } from '../types.js';

/** The family of the first rule that is specific to one; undefined if there is none. */
export function familyOfRules(rules: readonly Rule[]): Family | undefined {
  for (const rule of rules) {
    const family = familyOfRule(rule);
    if (family !== undefined) return family;
  }
  return undefined;
}

/**
 * The family that the rules suggest. `-p icmp` and `-p ipv6-icmp` prove nothing, because iptables and ip6tables accept
 * both.
 */
export function likelyFamily(rules: readonly Rule[]): Family | undefined {
  for (const { matches } of rules) {
    for (const match of matches) {
      if (match.kind === 'protocol' && match.protocol === 'icmp') return 'ipv4';
      if (match.kind === 'protocol' && match.protocol === 'ipv6-icmp') return 'ipv6';
    }
  }
  return undefined;
}

function familyOfRule({ matches, target }: Rule): Family | undefined {
  for (const match of matches) {
    const family = familyOfMatch(match);
    if (family !== undefined) return family;
  }
  return target === undefined ? undefined : familyOfTarget(target);
}

function familyOfMatch(match: Match): Family | undefined {
  switch (match.kind) {
    case 'source':
    case 'destination':
      return match.prefix.includes(':') ? 'ipv6' : 'ipv4';
    case 'icmp':
      return 'ipv4';
    case 'icmp6':
      return 'ipv6';
    case 'recent':
      return match.mask === undefined ? undefined : match.mask.includes(':') ? 'ipv6' : 'ipv4';
    case 'set':
      return match.name.startsWith('KUBE-6-') ? 'ipv6' : undefined;
    default:
      return undefined;
  }
}

function familyOfTarget(target: Target): Family | undefined {
  switch (target.kind) {
    case 'reject':
      return target.with === undefined || target.with === 'tcp-reset'
        ? undefined
        : target.with.startsWith('icmp6')
          ? 'ipv6'
          : 'ipv4';
    case 'destinationNat':
    case 'sourceNat':
      return natFamily(target.to);
    default:
      return undefined;
  }
}

/** `:80` alone fits both families. */
function natFamily(to: string): Family | undefined {
  if (/^\[|:.*:/.test(to)) return 'ipv6';
  return /^\d+\./.test(to) ? 'ipv4' : undefined;
}
