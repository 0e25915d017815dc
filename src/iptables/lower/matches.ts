import type { LocalDetector } from '../../proxy/local-detection.js';
import type { Protocol } from '../../proxy/service-port.js';
import type { Match, Target } from '../types.js';

export function comment(text: string): Match {
  return { kind: 'comment', text };
}

/** `-m tcp -p tcp`, in kube-proxy's order. */
export function protocolOnly(protocol: Protocol): readonly Match[] {
  return protocols[protocol];
}

const protocols: Readonly<Record<Protocol, readonly Match[]>> = {
  tcp: [{ kind: 'tcp' }, { kind: 'protocol', protocol: 'tcp' }],
  udp: [{ kind: 'udp' }, { kind: 'protocol', protocol: 'udp' }],
  sctp: [{ kind: 'sctp' }, { kind: 'protocol', protocol: 'sctp' }],
};

/** `-m tcp -p tcp --dport 80` */
export function toPort(protocol: Protocol, port: number): Match[] {
  return [
    { kind: protocol, destinationPort: { from: port, to: port } },
    { kind: 'protocol', protocol },
  ];
}

/** `-m tcp -p tcp -d 10.96.0.1 --dport 80` */
export function toAddress(protocol: Protocol, address: string, port: number): Match[] {
  return [...toPort(protocol, port), { kind: 'destination', prefix: address }];
}

/** The detector's condition. Negated: packets that do not come from this node's Pods. */
export function fromLocalPods(detector: LocalDetector, negated: boolean): Match {
  const not = negated ? { negated } : {};
  return detector.kind === 'sourcePrefix'
    ? { kind: 'source', prefix: detector.prefix, ...not }
    : { kind: 'inInterface', name: detector.name, ...not };
}

export function jump(chain: string): Target {
  return { kind: 'jump', chain };
}

export function verdict(name: 'ACCEPT' | 'DROP' | 'RETURN'): Target {
  return { kind: 'verdict', verdict: name };
}

export const reject: Target = { kind: 'reject' };
export const markForMasquerade: Target = jump('KUBE-MARK-MASQ');
