/**
 * The readers of YAML against Kubernetes' own, shape by shape. fixtures/kubernetes-yaml.jsonl holds texts, and the JSON
 * that sigs.k8s.io/yaml (YAMLToJSON of 1.6.0, over go-yaml 2.4.2) made of them; nothing if it refused them. The texts are
 * combinations of values, blocks of text and blanks with the places where they are allowed, random fragments, and texts
 * written by hand for what is special in YAML 1.1.
 */
import { readFileSync } from 'node:fs';
import { readDocumentText } from '../../src/manifests/document.js';
import { readCommonYaml } from '../../src/manifests/common-yaml.js';
import type { ReadOutcome } from '../../src/manifests/outcome.js';
import type { Span } from '../../src/manifests/tree.js';
import { readYaml } from '../../src/manifests/yaml.js';
import { splitDocuments } from '../../src/manifests/stream.js';
import type { Json } from '../../src/manifests/types.js';

const shapes = readFileSync('test/manifests/fixtures/kubernetes-yaml.jsonl', 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as [string, Json] | [string]);

/** JSON with sorted keys. */
function sorted(value: Json): string {
  return JSON.stringify(value, (_, one: Json) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/**
 * Where we differ on purpose: Kubernetes reads the first value of a text and silently ignores the rest. We refuse
 * that.
 */
function leavesRest(text: string, expected: string | undefined): boolean {
  return (
    expected !== undefined && /reader does not read|The value ends with/.test(problemOf(text)) && text.trim() !== ''
  );
}

function problemOf(text: string): string {
  const [document] = splitDocuments(text);
  return document === undefined ? '' : (readYaml(text, document).problems[0]?.message ?? '');
}

/** go-yaml loses the outer key here, and leaves `: 1` unread; we refuse it as a key that is not a scalar. */
const strange: ReadonlySet<string> = new Set(['{? a}: 1\n']);

/** Texts of which a reader makes something else than Kubernetes' own does; a reader may leave them to the other one. */
function different(reader: (text: string, document: Span) => ReadOutcome | undefined): object[] {
  return shapes.flatMap(([text, value]) => {
    if (strange.has(text)) return [];
    const [document] = splitDocuments(text);
    const outcome = document === undefined ? { value: null } : reader(text, document);
    if (outcome === undefined) return [];
    const expected = value === undefined ? undefined : sorted(value);
    const found = outcome.value === undefined ? undefined : sorted(outcome.value);
    return expected === found || (found === undefined && leavesRest(text, expected)) ? [] : [{ text, expected, found }];
  });
}

describe("Kubernetes' reader of YAML", () => {
  it('of three thousand shapes reads what we read, and refuses what we refuse', () => {
    expect(shapes.length).toBeGreaterThan(3_000);
    expect(different(readDocumentText)).toEqual([]);
  });

  it('is as the reader of all of YAML is, by itself', () => {
    expect(different(readYaml)).toEqual([]);
  });

  it('is as the fast reader is, where that one does not give up', () => {
    expect(different(readCommonYaml)).toEqual([]);
    const taken = shapes.filter(([text]) => readCommonYaml(text, { start: 0, end: text.length }) !== undefined);
    expect(taken.length).toBeGreaterThan(shapes.length / 4);
  });

  it('leaves text behind a value unread in few of them, which we refuse', () => {
    const left = shapes.filter(([text, value]) => leavesRest(text, value === undefined ? undefined : sorted(value)));
    expect(left.length).toBeGreaterThan(20);
    expect(left.length).toBeLessThan(100);
  });
});
