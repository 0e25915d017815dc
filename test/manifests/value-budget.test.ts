/** The size limit of texts: exceeding it is reported before they are parsed, in a sentence. */
import { readJson } from '../../src/manifests/json.js';
import { ValueBudget } from '../../src/manifests/value-budget.js';

const whole = (text: string) => ({ start: 0, end: text.length });

describe('a budget of values', () => {
  it('counts nothing while texts are too short to hold too much', () => {
    const budget = new ValueBudget(1_000);
    for (let times = 0; times < 20; times++) expect(budget.refuse('x: 1\n', whole('x: 1\n'))).toBeUndefined();
    expect(budget.isSpent()).toBe(false);
  });

  it('of long texts counts what parts values, of all of them together', () => {
    const few = `a: ${'x'.repeat(3_000)}\n`;
    const budget = new ValueBudget(1_000);
    expect(budget.refuse(few, whole(few))).toBeUndefined();
    const many = `[${'{},'.repeat(400)}]`;
    expect(budget.refuse(many, whole(many))).toBeUndefined();
    expect(budget.refuse(many, whole(many))?.message).toContain('values up to here');
    expect(budget.isSpent()).toBe(true);
  });

  it('counts documents, which are many where each holds little', () => {
    const budget = new ValueBudget(1_000);
    const told = Array.from({ length: 40 }, () => budget.refuse('a: 1\n', whole('a: 1\n')));
    expect(told.findIndex((one) => one !== undefined)).toBe(32);
  });

  it('holds for JSON, whether endpoints are left in it or not', () => {
    const list = (items: number): string =>
      `{"apiVersion": "v1", "kind": "List", "items": [${Array.from({ length: items }, () => '{"a": {}}').join()}]}`;
    expect(readJson(list(10), whole(list(10)), new ValueBudget(1_000))?.value).toBeDefined();
    const { value, problems } = readJson(list(5_000), whole(list(5_000)), new ValueBudget(1_000)) ?? {};
    expect(value).toBeUndefined();
    expect(problems?.map(({ rule }) => rule)).toEqual(['yaml/syntax']);
  });
});
