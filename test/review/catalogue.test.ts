import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../../src/lint/registry.js';
import { nodeRules } from '../../src/node-lint/registry.js';
import { catalogue, findRule } from '../../src/review/catalogue.js';
import { allRuleIds, ruleDescriptions } from '../../src/review/review.js';
import { rulePages } from '../../src/review/rule-pages.js';

const root = join(__dirname, '../..');

describe('the catalogue', () => {
  it('holds the rules for manifests and those for nodes, each id once', () => {
    expect(catalogue.map(({ id }) => id)).toEqual([...rules, ...nodeRules].map(({ id }) => id));
    expect(new Set(allRuleIds).size).toBe(allRuleIds.length);
  });

  it('finds rules by id', () => {
    expect(findRule('api/ingress')?.id).toBe('api/ingress');
    expect(findRule('node/unreachable-rule')?.severity).toBe('warning');
    expect(findRule('api/nothing')).toBeUndefined();
  });

  it('describes every rule for reports', () => {
    expect([...ruleDescriptions().keys()]).toEqual([...allRuleIds]);
  });
});

describe('docs/rules', () => {
  const directory = join(root, 'docs/rules');

  it('holds the page of every rule, and no other: run `npm run docs`', () => {
    const written = existsSync(directory)
      ? readdirSync(directory, { recursive: true })
          .map(String)
          .filter((name) => name.endsWith('.md'))
      : [];
    expect(written.sort()).toEqual([...rulePages().keys()].sort());
  });

  it.each([...rulePages()])('%s says what the rule says', (name, text) => {
    expect(readFileSync(join(directory, name), 'utf8')).toBe(text);
  });
});
