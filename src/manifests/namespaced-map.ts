/**
 * A map by namespace and name. It does not concatenate keys: existing strings cache their hash, so looking them up is
 * much faster than looking up a new string.
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

  /** By namespace, in order of first appearance. */
  *values(): Generator<Value> {
    for (const names of this.namespaces.values()) yield* names.values();
  }
}
