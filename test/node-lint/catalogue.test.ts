import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Severity } from '../../src/diagnostics/finding.js';
import { nodeRules } from '../../src/node-lint/registry.js';
import { lintDump } from '../support/node-lint.js';

const root = join(__dirname, '../..');

/** Ids and severities are permanent, because suppressions, baselines and settings contain them. */
const catalogue: Readonly<Record<Severity, readonly string[]>> = {
  error: [
    'node/empty-service-chain',
    'node/foreign-drop',
    'node/foreign-nat',
    'node/lost-share',
    'node/masquerade-missing',
    'node/services-not-reached',
    'node/untracked-services',
  ],
  warning: [
    'node/address-claimed-twice',
    'node/drift',
    'node/host-port-claims-service',
    'node/impossible-rule',
    'node/listening-port-taken',
    'node/lost-match',
    'node/masquerade-everything',
    'node/missing-chain',
    'node/mixed-backends',
    'node/node-port-ephemeral',
    'node/redirect-to-closed-port',
    'node/stale-host-port',
    'node/two-proxies',
    'node/uneven-balancing',
    'node/unreachable-rule',
    'node/unread',
    'node/virtual-address-endpoint',
  ],
  info: ['node/incomplete-dump', 'node/repeated-jump', 'node/rounded-probabilities', 'node/unreachable-chain'],
};

describe('the rules for nodes', () => {
  it.each(Object.entries(catalogue))('has its rules of severity %s', (severity, ids) => {
    expect(nodeRules.filter((rule) => rule.severity === severity).map(({ id }) => id)).toEqual(ids);
  });

  it('are sorted by id', () => {
    const ids = nodeRules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
  });
});

describe.each(nodeRules.map((rule) => [rule.id, rule] as const))('%s', (id, { documentation }) => {
  const { bad, good } = documentation;

  it('has a file of its name', () => {
    expect(existsSync(join(root, 'src/node-lint/rules', `${id.replace('node/', '')}.ts`))).toBe(true);
  });

  it('reports its bad example, and nothing else in it', async () => {
    const found = await lintDump(bad);
    expect(found.map(({ rule }) => rule)).toContain(id);
    const others = found.filter(({ rule, severity }) => severity !== 'info' && rule !== id);
    expect(others.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
  });

  it('finds nothing in its good example', async () => {
    // Examples with one table are parts of dumps.
    const found = (await lintDump(good)).filter(({ rule }) => rule !== 'node/incomplete-dump' || rule === id);
    expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
  });

  it('says where it comes from', () => {
    expect(documentation.sources.length).toBeGreaterThan(0);
    for (const part of [documentation.summary, documentation.why, documentation.remedy])
      expect(part.trim()).not.toBe('');
    expect(documentation.summary).not.toMatch(/[.\n]$/);
  });
});
