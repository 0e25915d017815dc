#!/usr/bin/env node
/**
 * Derives schemas/ from a published OpenAPI document of Kubernetes (`api/openapi-spec/swagger.json` of a release):
 * names, types and structure, without its prose. `scripts/schema-facts.mjs` adds errors of the API server that the
 * document does not contain.
 *
 *   node scripts/derive-schemas.mjs swagger-1.36.json [swagger-1.30.json …]
 *
 * The first document takes precedence; later ones only add fields and types of older releases. The schemas of
 * kubechains' own files (settings, host facts) and of KubeProxyConfiguration, which has no OpenAPI document, are
 * written by hand.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { additions, facts, nullItems, required, templates } from './schema-facts.mjs';

const directory = join(import.meta.dirname, '../schemas');
const kinds = {
  service: 'core.v1.Service',
  endpointslice: 'discovery.v1.EndpointSlice',
  endpoints: 'core.v1.Endpoints',
  node: 'core.v1.Node',
  pod: 'core.v1.Pod',
  deployment: 'apps.v1.Deployment',
  replicaset: 'apps.v1.ReplicaSet',
  statefulset: 'apps.v1.StatefulSet',
  daemonset: 'apps.v1.DaemonSet',
  job: 'batch.v1.Job',
  cronjob: 'batch.v1.CronJob',
  replicationcontroller: 'core.v1.ReplicationController',
  ingress: 'networking.v1.Ingress',
};
const dialect = 'https://json-schema.org/draft/2020-12/schema';
const base = 'https://kubechains.dev/schemas/';
const int32 = { minimum: -2147483648, maximum: 2147483647 };
const quantity = '^\\s*[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?\\s*$';
const moment = 'a time such as 2025-01-31T12:00:00Z';
const time = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$';

/** Types that OpenAPI describes as strings or not at all; all of them may be null, which counts as absent. */
const specialSchemas = {
  IntOrString: { type: ['integer', 'string', 'null'], ...int32 },
  Quantity: { title: 'a quantity such as 500m or 128Mi', type: ['string', 'number', 'null'], pattern: quantity },
  Time: { title: moment, type: ['string', 'null'], pattern: time },
  MicroTime: { title: moment, type: ['string', 'null'], pattern: time },
  FieldsV1: { type: ['object', 'null'] },
};

const named = (property) => ({ properties: { [property]: { type: 'string', pattern: '.' } }, required: [property] });
const shortName = (name) => name.replace(/^io\.k8s\.(?:api\.|apimachinery\.pkg\.(?:apis\.|util\.|api\.)?)/, '');
const definitionName = (name) => name.split('.').pop();

const definitions = readDefinitions(process.argv.slice(2));
const roots = Object.values(kinds);
const written = reachable(roots);
const inSpecs = reachable(roots, (name, property) => property !== 'status' || !roots.includes(name));
const homes = placeDefinitions();

function readDefinitions(files) {
  if (files.length === 0) throw new Error('usage: derive-schemas.mjs swagger.json [older-swagger.json …]');
  const merged = new Map();
  for (const file of files) {
    for (const [name, definition] of Object.entries(JSON.parse(readFileSync(file, 'utf8')).definitions)) {
      addDefinition(merged, shortName(name), definition);
    }
  }
  for (const [name, properties] of Object.entries(additions)) Object.assign(merged.get(name).properties, properties);
  return merged;
}

function addDefinition(merged, name, definition) {
  const known = merged.get(name);
  if (known === undefined) merged.set(name, definition);
  else if (known.properties !== undefined) known.properties = { ...definition.properties, ...known.properties };
}

function reachable(from, follow = () => true) {
  const seen = new Set();
  const pending = [...from];
  while (pending.length > 0) {
    const name = pending.pop();
    if (seen.has(name)) continue;
    seen.add(name);
    for (const [property, value] of Object.entries(definitions.get(name).properties ?? {})) {
      if (follow(name, property)) pending.push(...references(value));
    }
  }
  return seen;
}

function references(value) {
  if (value.$ref !== undefined) return [shortName(value.$ref.slice('#/definitions/'.length))];
  return [value.items, value.additionalProperties].filter((part) => typeof part === 'object').flatMap(references);
}

/** A definition used by only one kind is in that kind's file; the others are in definitions/. */
function placeDefinitions() {
  const users = new Map();
  for (const [file, root] of Object.entries(kinds)) {
    for (const name of reachable([root])) users.set(name, [...(users.get(name) ?? []), `${file}.schema.json`]);
  }
  return new Map(
    [...users].map(([name, files]) => {
      const shared = name.startsWith('core.')
        ? 'definitions/core.json'
        : name.startsWith('batch.')
          ? 'definitions/batch.json'
          : 'definitions/meta.json';
      return [name, files.length === 1 ? files[0] : shared];
    }),
  );
}

function writeSchemas() {
  mkdirSync(join(directory, 'definitions'), { recursive: true });
  for (const [file, root] of Object.entries(kinds))
    writeSchema(`${file}.schema.json`, rootSchema(root, `${file}.schema.json`), root);
  for (const file of new Set([...homes.values()].filter((home) => home.startsWith('definitions/'))))
    writeSchema(file, {});
}

function writeSchema(file, schema, root) {
  const inside = [...written].filter((name) => homes.get(name) === file && name !== root).sort();
  const $defs = Object.fromEntries(inside.map((name) => [definitionName(name), definitionSchema(name, file)]));
  const whole = { $schema: dialect, $id: base + file, ...schema, ...(inside.length > 0 && { $defs }) };
  writeFileSync(join(directory, file), `${JSON.stringify(whole, null, 1)}\n`);
}

function rootSchema(name, file) {
  const [group, version, kind] = name.split('.');
  const fullGroup =
    { core: '', discovery: 'discovery.k8s.io/', networking: 'networking.k8s.io/' }[group] ?? `${group}/`;
  const { properties, required: needed = [], ...rest } = objectSchema(name, file);
  return {
    title: kind,
    ...rest,
    type: 'object',
    properties: {
      ...properties,
      apiVersion: { const: fullGroup + version },
      kind: { const: kind },
      metadata: { ...properties.metadata, type: 'object', anyOf: [named('name'), named('generateName')] },
    },
    required: ['apiVersion', 'kind', 'metadata', ...needed],
  };
}

function definitionSchema(name, file) {
  const special = specialSchemas[definitionName(name)];
  return special ?? objectSchema(name, file);
}

function objectSchema(name, file) {
  const definition = definitions.get(name);
  if (definition.properties === undefined) throw new Error(`${name} has no properties and no schema of its own`);
  const needed = inSpecs.has(name) ? (required[name] ?? definition.required ?? []) : [];
  const properties = Object.entries(definition.properties)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([property, value]) => [
      property,
      propertySchema({ name, property, value, file, needed: needed.includes(property) }),
    ]);
  return {
    type: ['object', 'null'],
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(needed.length > 0 && { required: needed }),
  };
}

function propertySchema({ name, property, value, file, needed }) {
  const fact = facts[name]?.[property] ?? {};
  if (property === 'template' && templates[name] !== undefined) return templateSchema(value, file, templates[name]);
  const schema = valueSchema(value, file, {
    nullable: !needed,
    nullItems: nullItems[name]?.includes(property) ?? false,
    fact,
  });
  return schema;
}

function valueSchema(value, file, { nullable, nullItems: itemsMayBeNull, fact }) {
  if (value.$ref !== undefined) return referenceSchema(value, file, nullable, fact);
  const type = nullable ? [value.type, 'null'] : value.type;
  if (value.type === 'array') {
    const { items: itemFact = {}, ...own } = fact;
    return { type, ...own, items: valueSchema(value.items, file, { nullable: itemsMayBeNull, fact: itemFact }) };
  }
  if (value.type === 'object') {
    return value.additionalProperties === undefined
      ? { type }
      : { type, additionalProperties: valueSchema(value.additionalProperties, file, { nullable: true, fact: {} }) };
  }
  return { type, ...(value.format === 'int32' && int32), ...withNull(fact, nullable) };
}

function withNull(fact, nullable) {
  return fact.enum !== undefined && nullable ? { ...fact, enum: [...fact.enum, null] } : fact;
}

function referenceSchema(value, file, nullable, fact) {
  const name = references(value)[0];
  const special = specialSchemas[definitionName(name)];
  if (special !== undefined) {
    const type = special.type.filter((each) => nullable || each !== 'null');
    return { ...special, ...fact.number, type: type.length === 1 ? type[0] : type };
  }
  const home = homes.get(name);
  const pointer = `#/$defs/${definitionName(name)}`;
  const $ref = home === file ? pointer : relative(file, home) + pointer;
  return nullable ? { $ref } : { $ref, type: 'object' };
}

function relative(from, to) {
  if (!from.startsWith('definitions/')) return to;
  return to.startsWith('definitions/') ? to.slice('definitions/'.length) : `../${to}`;
}

function templateSchema(value, file, { values, required: needed }) {
  const restartPolicy = { enum: values };
  const spec = {
    type: ['object', 'null'],
    properties: { restartPolicy },
    ...(needed && { required: ['restartPolicy'] }),
  };
  return { ...referenceSchema(value, file, false, {}), properties: { spec } };
}

writeSchemas();
