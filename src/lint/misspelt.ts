import type { Finding, Path } from '../diagnostics/finding.js';
import { nearest } from '../diagnostics/nearest.js';
import type { ManifestObject } from '../manifests/types.js';
import { addToGroup, entryOf } from '../diagnostics/groups.js';
import type { ObjectFinder } from './provenance.js';
import { valueAt } from '../manifests/values.js';

/**
 * Unknown fields by their place. If a field is missing because it is misspelt (`pathtype`) or was renamed (`backend`,
 * `serviceName`), this is one mistake, which `schema/unknown-field` reports; the rule for the missing field stays
 * silent.
 */
export class MisspeltFields {
  readonly #names = new Map<ManifestObject, Map<string, string[]>>();

  constructor(findings: readonly Finding[], objects: ObjectFinder) {
    for (const finding of findings) {
      const name = finding.rule === 'schema/unknown-field' ? finding.path?.at(-1) : undefined;
      const object = name === undefined ? undefined : objects.find(finding);
      if (object === undefined || typeof name !== 'string') continue;
      const byHolder = entryOf(this.#names, object, () => new Map<string, string[]>());
      addToGroup(byHolder, JSON.stringify(finding.path?.slice(0, -1)), name);
    }
  }

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  /**
   * Whether the missing field is present in another spelling, or one of the path's last steps too far out, or is an
   * empty field with unknown fields beside it that probably belong in it.
   */
  explains(object: ManifestObject, path: Path): boolean {
    const byHolder = this.#names.get(object);
    if (byHolder === undefined) return false;
    const depth = path.findIndex(
      (_, index) => (valueAt(object.value, ...path.slice(0, index + 1)) ?? undefined) === undefined,
    );
    const missing = depth < 0 ? [] : path.slice(depth).filter((step) => typeof step === 'string');
    const names = missing.length === 0 ? [] : (byHolder.get(JSON.stringify(path.slice(0, depth))) ?? []);
    const isEmptied = names.length > 0 && valueAt(object.value, ...path.slice(0, depth + 1)) === null;
    return (
      isEmptied ||
      names.some((name) => missing.some((step, index) => (index === 0 ? isSpellingOf(name, step) : name === step)))
    );
  }
}

function isSpellingOf(name: string, wanted: string): boolean {
  const [a, b] = [name.toLowerCase(), wanted.toLowerCase()];
  return (
    nearest(name, [wanted]) !== undefined || (Math.min(a.length, b.length) >= 4 && (a.includes(b) || b.includes(a)))
  );
}
