import { quote } from '../../../diagnostics/quote.js';
import type { Path } from '../../../diagnostics/finding.js';
import type { Json } from '../../../manifests/types.js';
import { readAddress, strictnessOf } from '../../model/addresses.js';
import { clusterIPFaults } from '../../model/cluster-ips.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';
import { listAt } from '../../values.js';
import type { Strictness } from '../../../net/address.js';
import { valueAt } from '../../../manifests/values.js';

interface Fault {
  readonly path: Path;
  readonly message: string;
}

export const ipFamilies: LintRule = {
  id: 'api/ip-families',
  severity: 'error',
  documentation: {
    summary: 'ipFamilies, ipFamilyPolicy and cluster IPs contradict each other',
    why: `\`ipFamilies\` holds IPv4, IPv6 or one of each, in the order of \`clusterIPs\`. Two families, or two cluster
IPs, need an \`ipFamilyPolicy\` of PreferDualStack or RequireDualStack; without a policy the Service is SingleStack.
(Only a headless Service without a selector is taken for dual-stack if nothing is said.) The API server refuses a family
that repeats, a cluster IP of another family than the list has at its place, and two families on a single-stack Service.`,
    remedy:
      'For dual stack, set `ipFamilyPolicy: PreferDualStack` (or RequireDualStack) and name each family once; ' +
      'for one family, name that one or none.',
    falseAlarm:
      'Where the Service exists already and the cluster has given it the fields that the manifest leaves out.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ipFamilies:
  - IPv4
  - IPv6
  selector:
    app: web
  ports:
  - port: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ipFamilyPolicy: PreferDualStack
  ipFamilies:
  - IPv4
  - IPv6
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      "API validation of Services and the API server's choice of families (KEP-563)",
      'https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services',
    ],
  },
  *check({ services, facts }) {
    const strictness = strictnessOf(facts.version);
    for (const service of services) {
      if (service.isExternalName) continue;
      for (const fault of faultsOf(service, strictness)) yield { object: service.object, ...fault };
    }
  },
};

function faultsOf(service: ServiceView, strictness: Strictness): readonly Fault[] {
  const families = listAt(service.spec, 'ipFamilies');
  if (families.length === 0 && service.clusterIPs.length < 2) return [];
  const repeated = repeatedFamilies(families);
  const areKnown = families.every((family) => family === 'IPv4' || family === 'IPv6');
  if (repeated.length > 0 || !areKnown || clusterIPFaults(service, strictness).length > 0) return repeated;
  const mismatched = mismatchedAddresses(service, families, strictness);
  return mismatched.length > 0 ? mismatched : policyFaults(service, families.length);
}

function repeatedFamilies(families: readonly Json[]): Fault[] {
  return families.flatMap((family, index) =>
    typeof family === 'string' && families.indexOf(family) < index
      ? [
          {
            path: ['spec', 'ipFamilies', index],
            message:
              `IP family ${quote(family)} appears twice, so the API server refuses the Service; ` +
              'name each family once.',
          },
        ]
      : [],
  );
}

function mismatchedAddresses(service: ServiceView, families: readonly Json[], strictness: Strictness): Fault[] {
  return service.clusterIPs.flatMap(({ text, path }, index) => {
    const family = families[index];
    const actual = readAddress(text, strictness)?.family === 'ipv6' ? 'IPv6' : 'IPv4';
    if (typeof family !== 'string' || family === actual) return [];
    return [
      {
        path,
        message:
          `Cluster IP ${quote(text)} is ${actual} where ipFamilies says ${quote(family)}, ` +
          'so the API server refuses the Service; list both in the same order.',
      },
    ];
  });
}

function policyFaults(service: ServiceView, families: number): Fault[] {
  const policy = valueAt(service.spec, 'ipFamilyPolicy') ?? '';
  const isUnset = policy === '';
  if (families < 2 && service.clusterIPs.length < 2) return [];
  if (policy !== 'SingleStack' && !isUnset) return [];
  if (isUnset && service.isHeadless && service.selector === undefined) return [];
  const what = families === 2 ? 'two IP families' : 'two cluster IPs';
  const why = isUnset ? 'no ipFamilyPolicy, which means SingleStack' : 'ipFamilyPolicy SingleStack';
  return [
    {
      path: ['spec', 'ipFamilyPolicy'],
      message:
        `The Service has ${what} and ${why}, so the API server refuses it; ` +
        'set ipFamilyPolicy to PreferDualStack or RequireDualStack.',
    },
  ];
}
