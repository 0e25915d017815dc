import { createContext, type LintContext } from '../../../src/lint/context.js';
import { parseManifests } from '../../../src/manifests/read.js';
import { factsFrom, stream } from '../../support/lint.js';

const contextOf = (...texts: readonly string[]): LintContext =>
  createContext(parseManifests([{ name: 'a.yaml', text: stream(...texts) }]), factsFrom());
const workload = (kind: string, name: string, labels: string, more = ''): string =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: shop${more}}\nspec: {template: {metadata: {labels: ${labels}}, spec: {containers: [{name: a}]}}}\n`;
const pod = (name: string, labels: string, owner = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: ${labels}${owner}}\nspec: {containers: [{name: a}]}\n`;
const ownedBy = (kind: string, name: string): string =>
  `, ownerReferences: [{kind: ${kind}, name: ${name}, controller: true}]`;
const selected = (context: LintContext, selector: Readonly<Record<string, string>>, namespace = 'shop'): string[] =>
  context.select(namespace, new Map(Object.entries(selector))).map(({ kind, name }) => `${kind} ${name}`);

describe('a selector', () => {
  const context = contextOf(
    workload('Deployment', 'web', '{app: web, tier: front}'),
    workload('StatefulSet', 'db', '{app: db, tier: back}'),
    pod('p', '{app: web}'),
  );

  it('selects by all of its labels, in its namespace', () => {
    expect(selected(context, { app: 'web' })).toEqual(['Deployment web', 'Pod p']);
    expect(selected(context, { app: 'web', tier: 'front' })).toEqual(['Deployment web']);
    expect(selected(context, { app: 'web', tier: 'back' })).toEqual([]);
    expect(selected(context, { app: 'web' }, 'other')).toEqual([]);
    expect(selected(context, {})).toEqual([]);
  });

  it('takes labels that controllers add for present where that controller is at work', () => {
    expect(selected(context, { 'statefulset.kubernetes.io/pod-name': 'db-0' })).toEqual(['StatefulSet db']);
    expect(selected(context, { 'statefulset.kubernetes.io/pod-name': 'cache-0' })).toEqual([]);
    expect(selected(context, { app: 'web', 'pod-template-hash': 'abc' })).toEqual(['Deployment web']);
    expect(selected(context, { 'apps.kubernetes.io/pod-index': '0' })).toEqual(['StatefulSet db']);
  });
});

describe('objects with an owner', () => {
  it('are part of it where it is in the set', () => {
    const context = contextOf(
      workload('Deployment', 'web', '{app: web}'),
      workload('ReplicaSet', 'web-1', '{app: web, pod-template-hash: "1"}', ownedBy('Deployment', 'web')),
      pod('web-1-a', '{app: web}', ownedBy('ReplicaSet', 'web-1')),
    );
    expect(selected(context, { app: 'web' })).toEqual(['Deployment web']);
    expect(context.allWorkloads).toHaveLength(3);
  });

  it('are one workload together where it is not', () => {
    const context = contextOf(
      pod('web-1-a', '{app: web}', ownedBy('ReplicaSet', 'web-1')),
      pod('web-1-b', '{app: web}', ownedBy('ReplicaSet', 'web-1')),
    );
    expect(context.workloads.map(({ name, replicas }) => [name, replicas])).toEqual([['web-1-a', 2]]);
  });

  it('count as a DaemonSet where that is what made them', () => {
    const context = contextOf(
      pod('agent-a', '{app: agent}', ownedBy('DaemonSet', 'agent')),
      pod('agent-b', '{app: agent}', ownedBy('DaemonSet', 'agent')),
    );
    expect(context.workloads.map(({ kind, replicas }) => [kind, replicas])).toEqual([['DaemonSet', undefined]]);
  });
});

describe('a workload', () => {
  it('has as many Pods as it says, one where it says nothing, and no number for a DaemonSet', () => {
    const context = contextOf(
      workload('Deployment', 'a', '{}'),
      workload('Deployment', 'b', '{}').replace('spec: {template', 'spec: {replicas: 0, template'),
      workload('DaemonSet', 'c', '{}'),
      pod('d', '{}'),
    );
    expect(context.workloads.map(({ replicas }) => replicas)).toEqual([1, 0, undefined, 1]);
  });

  it('keeps init containers running that restart always', () => {
    const context = contextOf(
      pod('a', '{}').replace('spec: {', 'spec: {initContainers: [{name: i}, {name: s, restartPolicy: Always}], '),
    );
    expect(context.workloads[0]?.containers.map(({ name, keepsRunning }) => [name, keepsRunning])).toEqual([
      ['i', false],
      ['s', true],
      ['a', true],
    ]);
  });

  it('of a CronJob has its Pods three levels down', () => {
    const context = contextOf(
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {x: y}}, spec: {containers: []}}}}}\n',
    );
    expect(context.workloads[0]?.labels).toEqual(new Map([['x', 'y']]));
    expect(context.workloads[0]?.namespace).toBe('default');
  });

  it("is none where the kind is another group's", () => {
    expect(
      contextOf('apiVersion: example.com/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {}}\n').workloads,
    ).toEqual([]);
  });
});

it('labels that are written without quotes count as they are written', () => {
  const context = contextOf(workload('Deployment', 'web', '{version: 1.10}'));
  expect(selected(context, { version: '1.10' })).toEqual(['Deployment web']);
});

it('Services are found by namespace and name, the first of two', () => {
  const service = (port: number): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: ${port}}]}\n`;
  const context = contextOf(service(1), service(2));
  expect(context.service('default', 'web')?.ports[0]?.port).toBe(1);
  expect(context.servicesIn('default')).toHaveLength(2);
  expect(context.service('shop', 'web')).toBeUndefined();
});
