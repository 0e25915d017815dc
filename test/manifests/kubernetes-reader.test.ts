/**
 * The reader of YAML against Kubernetes' own, shape by shape. fixtures/kubernetes-yaml.jsonl holds texts, and the JSON
 * that sigs.k8s.io/yaml 1.3.0 (YAMLToJSON, over go-yaml 2.4.0) made of them; nothing where it refused them. The texts
 * were made by crossing values, blocks of text and blanks with the places where they may stand, and of random fragments.
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

/** What is made of a text, as JSON with sorted keys; undefined where it is refused. */
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
 * Where we differ on purpose. Kubernetes reads the first value of a document and leaves what stands behind it unread,
 * without a word: we refuse that. It refuses a text of nothing but tabs, which is empty here.
 */
function isOnPurpose(text: string, expected: string | undefined, found: string | undefined): boolean {
  if (/^[ \t\n]*$/.test(text)) return expected === undefined && found === 'null';
  const hasRest = /^(?:["'][^"']*["']|\[.*?\]|\{.*?\}) ?(?:[^\s#:]|: 1)|^ a: 1\nb: 2\n$/.test(text);
  return hasRest && found === undefined;
}

/** Complex keys in places where nobody writes them. */
const strange: ReadonlySet<string> = new Set(['a: [?a]\nb: 1\n', 'a: \n    ? "x"-\nz: 1\n', 'a: |\n? \\x y  >\n- @']);

/** A blank line that is deeper than the text before it ends a block with an indicator of indentation. */
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
