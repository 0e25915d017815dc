import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Severity } from '../../src/diagnostics/finding.js';
import { rules } from '../../src/lint/registry.js';
import { faultsIn, lintText, placesOf } from '../support/lint.js';

const root = join(__dirname, '../..');

/** Ids and severities are permanent, because suppressions, baselines and settings contain them. */
const catalogue: Readonly<Record<Severity, readonly string[]>> = {
  error: [
    'yaml/ambiguous-scalar',
    'yaml/duplicate-key',
    'yaml/syntax',
    'kustomize/build',
    'schema/invalid',
    'schema/removed-api',
    'schema/unknown-field',
    'api/app-protocol',
    'api/cluster-ip',
    'api/cluster-ip-conflict',
    'api/cluster-ip-range',
    'api/container-port-name',
    'api/endpoint-slice',
    'api/endpoints',
    'api/external-ip',
    'api/external-name',
    'api/external-name-fields',
    'api/external-traffic-policy',
    'api/headless-type',
    'api/health-check-node-port',
    'api/host-network-port',
    'api/host-port-duplicate',
    'api/ingress',
    'api/ip-families',
    'api/label-syntax',
    'api/load-balancer-fields',
    'api/node-port-conflict',
    'api/node-port-duplicate',
    'api/node-port-range',
    'api/node-port-type',
    'api/port-duplicate',
    'api/port-name-duplicate',
    'api/port-name-invalid',
    'api/port-name-required',
    'api/ports-required',
    'api/service-name',
    'api/session-affinity',
    'api/source-ranges',
    'api/target-port-name',
    'api/traffic-distribution',
    'api/workload-selector',
    'service/external-ip-conflict',
    'service/no-matching-pods',
    'service/target-port-missing',
    'service/target-port-protocol',
    'endpoints/port-mismatch',
    'ingress/port-missing',
    'ingress/service-missing',
    'workload/probe-port-missing',
  ],
  warning: [
    'kustomize/lost-port',
    'api/duplicate-object',
    'service/external-ip-hijack',
    'service/external-name-ip',
    'service/headless-port-mapping',
    'service/internal-policy-gap',
    'service/local-policy-gap',
    'service/no-endpoints',
    'service/node-port-ephemeral',
    'service/selects-many-workloads',
    'service/source-ranges-bypass',
    'service/target-port-partial',
    'service/tolerate-unready-annotation',
    'service/topology-annotation',
    'endpoints/duplicate-address',
    'endpoints/family-mismatch',
    'endpoints/managed',
    'endpoints/orphan',
    'endpoints/virtual-address',
    'ingress/duplicate-route',
    'ingress/external-name-backend',
    'workload/governing-service',
    'workload/host-port-conflict',
    'policy/egress-without-dns',
    'policy/namespace-label-missing',
    'policy/no-matching-pods',
    'policy/port-name-undeclared',
    'policy/port-not-admitted',
  ],
  info: [
    'kustomize/not-built',
    'service/affinity-per-port',
    'service/external-ips-deprecated',
    'service/external-name-ignored-fields',
    'service/headless-ignored-fields',
    'service/load-balancer-ip',
    'service/no-readiness-probe',
    'service/port-name-protocol',
    'service/publish-not-ready',
    'service/target-port-undeclared',
    'yaml/placeholder',
  ],
};

describe('the catalogue', () => {
  it.each(Object.entries(catalogue))('has its rules of severity %s', (severity, ids) => {
    expect(
      rules
        .filter((rule) => rule.severity === severity)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort());
  });

  it('says of each rule when it is a false alarm', () => {
    expect(rules.filter(({ documentation }) => documentation.falseAlarm === undefined)).toEqual([]);
  });

  it.each(rules.filter(({ documentation }) => documentation.fixes !== undefined).map(({ id }) => id))(
    '%s has a fix, as its page says',
    async (id) => {
      const rule = rules.find((one) => one.id === id);
      // There is no unambiguous fix for an undeclared named port, but there is one for a number in quotes.
      const bad = rule?.documentation.bad.replace(/(Probe:\n *\w+:\n(?: *path: .*\n)? *port: )\S+/, '$1"8080"');
      const findings = await lintText(bad ?? '');
      expect(findings.some((finding) => finding.rule === id && finding.fix !== undefined)).toBe(true);
    },
  );

  it('names each rule once, by category from text to traffic and then by id', () => {
    const order = ['yaml', 'kustomize', 'schema', 'api', 'service', 'endpoints', 'ingress', 'workload', 'policy'];
    const ids = rules.map(({ id }) => id);
    const sorted = [...new Set(ids)].sort(
      (a, b) => order.indexOf(a.split('/')[0] ?? '') - order.indexOf(b.split('/')[0] ?? '') || (a < b ? -1 : 1),
    );
    expect(ids).toEqual(sorted);
  });
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, { documentation }) => {
  const { bad, good, exampleArguments = [] } = documentation;

  it('has a file of its name', () => {
    expect(existsSync(join(root, 'src/lint/rules', `${id}.ts`))).toBe(true);
  });

  it('reports its bad example, and nothing else in it', async () => {
    const found = await lintText(bad, exampleArguments);
    expect(found.map(({ rule }) => rule)).toContain(id);
    const others = new Set(
      found.filter(({ rule, severity }) => severity !== 'info' && rule !== id).map(({ rule }) => rule),
    );
    expect([...others]).toEqual([]);
  });

  it('accepts its good example', async () => {
    expect(await faultsIn(good, exampleArguments)).toEqual([]);
    expect(placesOf(await lintText(good, exampleArguments)).filter((place) => place.startsWith(`${id}@`))).toEqual([]);
  });

  it('says where it comes from', () => {
    expect(documentation.sources.length).toBeGreaterThan(0);
    for (const part of [documentation.summary, documentation.why, documentation.remedy])
      expect(part.trim()).not.toBe('');
    expect(documentation.summary).not.toMatch(/[.\n]$/);
  });
});
