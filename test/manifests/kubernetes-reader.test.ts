/**
 * Compares our YAML parser with Kubernetes'. fixtures/kubernetes-yaml.jsonl contains texts and the JSON that
 * sigs.k8s.io/yaml 1.3.0 (YAMLToJSON, with go-yaml 2.4.0) made from them; nothing if it rejected them. The texts
 * combine values, block scalars and blanks with all places where they can occur, and random fragments.
 */
import { readFileSync } from 'node:fs';
import { readDocumentText } from '../../src/manifests/document.js';
import { readYaml } from '../../src/manifests/yaml.js';
import { splitDocuments } from '../../src/manifests/stream.js';
import type { Json } from '../../src/manifests/types.js';

const shapes = readFileSync('test/manifests/fixtures/kubernetes-yaml.jsonl', 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as [string, Json] | [string]);

/** A text's value as JSON with sorted keys; undefined if it is rejected. */
function read(text: string, reader: typeof readDocumentText): string | undefined {
  const [document] = splitDocuments(text);
  if (document === undefined) return 'null';
  const { value } = reader(text, document);
  return value === undefined ? undefined : sorted(value);
}

function sorted(value: Json): string {
  return JSON.stringify(value, (_, one: Json) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/**
 * Intended differences. Kubernetes reads the first value of a document and silently ignores what follows it; we reject
 * that. It rejects a text of only tabs, which is empty here.
 */
function isOnPurpose(text: string, expected: string | undefined, found: string | undefined): boolean {
  if (/^[ \t\n]*$/.test(text)) return expected === undefined && found === 'null';
  const hasRest = /^(?:["'][^"']*["']|\[.*?\]|\{.*?\}) ?(?:[^\s#:]|: 1)|^ a: 1\nb: 2\n$/.test(text);
  return hasRest && found === undefined;
}

/** Complex keys in places where nobody writes them. */
const strange: ReadonlySet<string> = new Set(['a: [?a]\nb: 1\n', 'a: \n    ? "x"-\nz: 1\n', 'a: |\n? \\x y  >\n- @']);

/** A blank line that is indented deeper than the text before it ends a block with an indentation indicator. */
const deeperEnd: ReadonlySet<string> = new Set(['a: |1\n  a\n  \n', 'a: |1\n  a\n  \nb: 1\n']);

describe("Kubernetes' reader of YAML", () => {
  it('of two thousand shapes reads what we read, and refuses what we refuse', () => {
    expect(shapes.length).toBeGreaterThan(1_900);
    const different = shapes.flatMap(([text, value]) => {
      const expected = value === undefined ? undefined : sorted(value);
      const found = read(text, readDocumentText);
      return expected === found || isOnPurpose(text, expected, found) || strange.has(text)
        ? []
        : [{ text, expected, found }];
    });
    expect(different).toEqual([]);
  });

  it('the reader of all of YAML, to which anchors and tags are left, reads no other value either', () => {
    const different = shapes.flatMap(([text, value]) => {
      const expected = value === undefined ? undefined : sorted(value);
      const found = read(text, readYaml);
      return found === undefined ||
        expected === found ||
        isOnPurpose(text, expected, found) ||
        strange.has(text) ||
        deeperEnd.has(text)
        ? []
        : [{ text, expected, found }];
    });
    expect(different).toEqual([]);
  });
});
