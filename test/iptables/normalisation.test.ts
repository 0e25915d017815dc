import { readFileSync } from 'node:fs';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { normalise, readPairs } from './support/pairs.js';

describe('rules print as iptables-save 1.8.9 printed them', () => {
  const pairs = readPairs(readFileSync('test/iptables/fixtures/kernel-pairs.txt', 'utf8'));
  it.each(pairs.map((pair) => [pair.rule, pair] as const))('%s', (_, pair) => {
    expect(normalise(pair)).toEqual(pair.saved);
  });
});

describeWithSharedData('the recorded pairs of input and saved rule', () => {
  const pairs = readPairs(readFileSync(sharedPath('reference', 'iptables-normalisation.md'), 'utf8'));
  it('are at hand', () => {
    expect(pairs.length).toBeGreaterThan(150);
  });

  it.each(pairs.filter(({ saved }) => saved.length > 0).map((pair) => [pair.rule, pair] as const))('%s', (_, pair) => {
    expect(normalise(pair)).toEqual(pair.saved);
  });
});
