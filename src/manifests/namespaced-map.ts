/**
 * A map by namespace and name. It puts no keys together: strings remember their hash, so that looking up names that are
 * there already costs a fraction of what a new string does.
 */
export class NamespacedMap<Value> {
  private readonly namespaces = new Map<string, Map<string, Value>>();

  get(namespace: string, name: string): Value | undefined {
    return this.namespaces.get(namespace)?.get(name);
  }

  has(namespace: string, name: string): boolean {
    return this.namespaces.get(namespace)?.has(name) === true;
  }

  set(namespace: string, name: string, value: Value): void {
    const names = this.namespaces.get(namespace);
    if (names === undefined) this.namespaces.set(namespace, new Map([[name, value]]));
    else names.set(name, value);
  }

  /** By namespace, each in the order of its first appearance. */
  *values(): Generator<Value> {
    for (const names of this.namespaces.values()) yield* names.values();
  }
}
