import { addToGroup } from '../diagnostics/groups.js';
import type { BuildContext } from './context.js';
import { visitField, type FieldSpec } from './field-spec.js';
import { BuildNode } from './node.js';
import type { NameReference } from './reference-tables.js';
import { idText, isSelected, type KindSelector, type ResourceId } from './resource-id.js';
import type { Resource } from './resource.js';

/**
 * Updates fields that refer to renamed objects (kustomize's name reference transformer). A reference matches an object
 * by its old name and kind, if the object is reachable from the referrer's namespace. The place of a name does not
 * change.
 */
export function updateReferences(
  resources: readonly Resource[],
  references: readonly NameReference[],
  context: BuildContext,
): void {
  const candidates = new Candidates(resources);
  if (candidates.isEmpty) return;
  const known = new Map<string, readonly (readonly [KindSelector, FieldSpec])[]>();
  for (const referrer of resources) {
    const { apiVersion, kind } = referrer;
    const key = `${apiVersion}\0${kind}`;
    const fields = known.get(key) ?? fieldsOf(referrer.firstId, references);
    known.set(key, fields);
    for (const [named, field] of fields) new Reference(referrer, named, field, candidates, context).update();
  }
}

/** The fields by which objects of a kind refer to others, each with the kind it refers to. */
function fieldsOf(id: ResourceId, references: readonly NameReference[]): (readonly [KindSelector, FieldSpec])[] {
  return references.flatMap(({ fields, ...kind }) =>
    fields.flatMap((field): (readonly [KindSelector, FieldSpec])[] => (isSelected(id, field) ? [[kind, field]] : [])),
  );
}

/** Resources by their previous names. */
class Candidates {
  readonly #byName = new Map<string, Resource[]>();

  constructor(resources: readonly Resource[]) {
    for (const resource of resources)
      for (const name of new Set(resource.previous.map((id) => id.name))) addToGroup(this.#byName, name, resource);
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  called(name: string): readonly Resource[] {
    return this.#byName.get(name) ?? [];
  }
}

/** One field of one object. */
class Reference {
  constructor(
    private readonly referrer: Resource,
    private readonly kind: KindSelector,
    private readonly field: FieldSpec,
    private readonly candidates: Candidates,
    private readonly context: BuildContext,
  ) {}

  update(): void {
    visitField(this.referrer, this.field, ({ node, replace }) => {
      if (node.isMap) this.#updateMap(node);
      else if (node.isList)
        for (const [index, item] of node.items.entries()) {
          if (item.isMap) this.#updateMap(item);
          else
            this.#updateText(item, (value) => {
              node.setItem(index, value);
            });
        }
      else this.#updateText(node, replace);
    });
  }

  #updateText(node: BuildNode, replace: (node: BuildNode) => void): void {
    const found = this.#find(
      node.text ?? '',
      node,
      () => true,
      ({ name }) => name,
    );
    if (found !== undefined && found.name !== node.text) replace(BuildNode.made(node.place, found.name));
  }

  /** A mapping with a `name`, and with a `namespace` if the object has one. */
  #updateMap(node: BuildNode): void {
    const name = node.get('name');
    if (name === undefined) return;
    const namespace = node.get('namespace')?.text;
    const isMeant = (candidate: Resource): boolean =>
      namespace === undefined ||
      candidate.firstId.namespace === (namespace || 'default') ||
      candidate.id.namespace === (namespace || 'default');
    const found = this.#find(name.text ?? '', node, isMeant, (one) => `${one.namespace}\0${one.name}`);
    if (found === undefined) return;
    if (found.name !== name.text) node.set('name', BuildNode.made(name.place, found.name));
    const target = found.node.get('metadata', 'namespace');
    if (target?.text !== undefined && target.text !== namespace) node.set('namespace', target.clone());
  }

  #find(
    name: string,
    node: BuildNode,
    isMeant: (candidate: Resource) => boolean,
    key: (candidate: Resource) => string,
  ): Resource | undefined {
    const possible = this.candidates
      .called(name)
      .filter(
        (one) =>
          one.previous.some((id) => id.name === name) &&
          one.previous.some((id) => isSelected(id, this.kind)) &&
          this.#isRole(one) &&
          this.#isInReach(one) &&
          isMeant(one),
      );
    const narrowed = possible.length < 2 ? possible : this.#ofOneFamily(possible);
    if (narrowed.length > 1 && new Set(narrowed.map(key)).size > 1) {
      this.context.problem(
        node.place,
        `The name ${JSON.stringify(name)} may mean ${narrowed.map(({ id }) => idText(id)).join(' or ')}, so kustomize refuses to build`,
      );
      return undefined;
    }
    return narrowed[0];
  }

  /** A binding states the kind of its role. */
  #isRole({ previous }: Resource): boolean {
    if (this.field.path.at(-2) !== 'roleRef') return true;
    const role = this.referrer.node.get('roleRef');
    const kind = { group: role?.textAt('apiGroup') ?? '', kind: role?.textAt('kind') ?? '' };
    return kind.kind === '' || previous.some((id) => isSelected(id, kind));
  }

  /** Objects without a namespace are reachable from anywhere, and bindings reach ServiceAccounts in all namespaces. */
  #isInReach({ id, kind }: Resource): boolean {
    const own = this.referrer.id;
    if (own.namespace === '' || id.namespace === '' || id.namespace === own.namespace) return true;
    return (
      kind === 'ServiceAccount' &&
      (this.referrer.node.get('subjects')?.items ?? []).some(
        (subject) => (subject.textAt('namespace') || 'default') === id.namespace,
      )
    );
  }

  /**
   * Of several candidates, those with the same prefixes and suffixes as the referrer, because they come from the same
   * kustomization.
   */
  #ofOneFamily(possible: readonly Resource[]): readonly Resource[] {
    const lenient = possible.filter((one) => isFamily(one, this.referrer, true));
    return lenient.length > 1 ? lenient.filter((one) => isFamily(one, this.referrer, false)) : lenient;
  }
}

function isFamily(a: Resource, b: Resource, allowEmpty: boolean): boolean {
  return sameEnd(a.prefixes, b.prefixes, allowEmpty) && sameEnd(a.suffixes, b.suffixes, allowEmpty);
}

function sameEnd(a: readonly string[], b: readonly string[], allowEmpty: boolean): boolean {
  if (allowEmpty && (a.length === 0 || b.length === 0)) return true;
  const shorter = Math.min(a.length, b.length);
  return (
    (shorter > 0 || a.length === b.length) &&
    Array.from({ length: shorter }, (_, index) => a.at(-1 - index) === b.at(-1 - index)).every(Boolean)
  );
}
