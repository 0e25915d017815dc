import { usualFields, type FieldTables } from './field-tables.js';
import { fieldPath, type FieldSpec } from './field-spec.js';
import type { Level } from './level.js';
import { usualReferences, type NameReference } from './reference-tables.js';
import type { BuildNode } from './node.js';

/** The fields that transformations change, including those from `configurations` of kustomizations. */
export class TransformerFields {
  tables: FieldTables = usualFields;
  nameReferences: readonly NameReference[] = usualReferences;

  /** Reads the files that a kustomization lists under `configurations`. */
  read(level: Level): void {
    for (const entry of level.list('configurations')) {
      const source = level.file(entry);
      for (const { value, placed } of source === undefined ? [] : level.workspace.documents(source).documents)
        this.#add(level.nodeOf({ value, placed }));
    }
  }

  #add(configuration: BuildNode): void {
    const more = (name: string): FieldSpec[] => readFieldSpecs(configuration.get(name));
    const { tables } = this;
    this.tables = {
      ...tables,
      commonLabels: [...tables.commonLabels, ...more('commonLabels')],
      labels: [...tables.labels, ...more('labels')],
      templateLabels: [...tables.templateLabels, ...more('templateLabels')],
      commonAnnotations: [...tables.commonAnnotations, ...more('commonAnnotations')],
      namespace: [...tables.namespace, ...more('namespace')],
      replicas: [...tables.replicas, ...more('replicas')],
      varReference: [...tables.varReference, ...more('varReference')],
    };
    const references = configuration.get('nameReference')?.items ?? [];
    this.nameReferences = [
      ...this.nameReferences,
      ...references.map((entry) => ({ ...kindOf(entry), fields: readFieldSpecs(entry.get('fieldSpecs')) })),
    ];
  }
}

/** A list of field specs, from a kustomization or a configuration file. */
export function readFieldSpecs(list: BuildNode | undefined): FieldSpec[] {
  return (list?.items ?? []).map((entry) => ({
    ...kindOf(entry),
    path: fieldPath(entry.textAt('path')),
    create: entry.get('create')?.scalar === true,
  }));
}

function kindOf(entry: BuildNode): { group: string; version: string; kind: string } {
  return { group: entry.textAt('group'), version: entry.textAt('version'), kind: entry.textAt('kind') };
}
