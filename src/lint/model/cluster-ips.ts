import type { Strictness } from '../../net/address.js';
import { sameAddress } from '../../net/address.js';
import { quote } from '../../diagnostics/quote.js';
import type { Path } from '../../diagnostics/finding.js';
import { addressFault, readAddress } from './addresses.js';
import type { ServiceView } from './service.js';
import { isList, valueAt } from '../../manifests/values.js';

interface ClusterIPFault {
  readonly path: Path;
  readonly message: string;
}

const single: Path = ['spec', 'clusterIP'];
const list: Path = ['spec', 'clusterIPs'];

/**
 * The API server's errors about clusterIP and clusterIPs alone (validation of a Service's cluster IPs, 1.20 and later).
 * Empty for an ExternalName, which may have none, and if schema validation already reports the values' types.
 */
export function clusterIPFaults(service: ServiceView, strictness: Strictness): readonly ClusterIPFault[] {
  if (service.isExternalName) return [];
  const written = valueAt(service.spec, 'clusterIPs');
  const clusterIP = valueAt(service.spec, 'clusterIP') ?? '';
  if (typeof clusterIP !== 'string') return [];
  if (!isList(written) || written.length === 0) return singleFaults(clusterIP, strictness);
  const texts = written.filter((text) => typeof text === 'string');
  return texts.length < written.length
    ? []
    : [...firstFaults(clusterIP, texts[0] ?? ''), ...listFaults(texts, strictness)];
}

function singleFaults(clusterIP: string, strictness: Strictness): ClusterIPFault[] {
  const fault = clusterIP === '' || clusterIP === 'None' ? undefined : addressFault(clusterIP, strictness);
  return fault === undefined ? [] : [malformed(single, clusterIP, fault)];
}

function firstFaults(clusterIP: string, first: string): ClusterIPFault[] {
  if (clusterIP === '') {
    return [
      {
        path: list,
        message:
          `clusterIPs without clusterIP is refused by the API server; add clusterIP: ${quote(first)}, ` +
          'or leave both out.',
      },
    ];
  }
  if (clusterIP === first || sameAddress(clusterIP, first)) return [];
  return [
    {
      path: list,
      message:
        `clusterIPs begins with ${quote(first)} and clusterIP is ${quote(clusterIP)}, ` +
        'so the API server refuses the Service; make them equal.',
    },
  ];
}

function listFaults(texts: readonly string[], strictness: Strictness): ClusterIPFault[] {
  if (texts[0] === 'None' && texts.length > 1) {
    return [
      {
        path: list,
        message:
          'clusterIPs mixes None with addresses, which the API server refuses; a headless Service has None alone.',
      },
    ];
  }
  if (texts[0] === 'None') return [];
  const faults = texts.flatMap((text, index) => {
    const fault = addressFault(text, strictness);
    return fault === undefined ? [] : [malformed([...list, index], text, fault)];
  });
  return faults.length > 0 ? faults : familyFaults(texts, strictness);
}

function familyFaults(texts: readonly string[], strictness: Strictness): ClusterIPFault[] {
  const families = new Set(texts.map((text) => readAddress(text, strictness)?.family));
  if (families.size === texts.length) return [];
  return [
    {
      path: list,
      message:
        'clusterIPs holds more than one address of a family, which the API server refuses; ' +
        'keep at most one IPv4 and one IPv6 address.',
    },
  ];
}

function malformed(path: Path, text: string, fault: string): ClusterIPFault {
  return {
    path,
    message:
      `Cluster IP ${quote(text)} ${fault}, so the API server refuses the Service; correct it, ` +
      'or leave it out and one is assigned.',
  };
}
