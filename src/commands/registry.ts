import type { CommandEntry } from './command.js';

export const commands: readonly CommandEntry[] = [
  {
    name: 'generate',
    summary: 'write the rules kube-proxy would program for manifests',
    load: async () => (await import('./generate.js')).generate,
  },
  {
    name: 'lint',
    summary: 'review manifests for service-networking mistakes',
    load: async () => (await import('./lint.js')).lint,
  },
  {
    name: 'rules',
    summary: 'show the lint rules, or one of them',
    load: async () => (await import('./rules.js')).rules,
  },
  {
    name: 'explain',
    summary: "say in words where a Service's packets go, or why they do not arrive",
    load: async () => (await import('./explain.js')).explain,
  },
  {
    name: 'check',
    summary: 'find out why a Service does not answer: all checks, first failure first',
    load: async () => (await import('./check.js')).check,
  },
  {
    name: 'trace',
    summary: 'follow a packet through the rules, and say where it ends and why',
    load: async () => (await import('./trace.js')).trace,
  },
  {
    name: 'diff',
    summary: 'say what a change does to traffic, or how a node differs from its manifests',
    load: async () => (await import('./diff.js')).diff,
  },
  {
    name: 'explore',
    summary: 'write one HTML page that shows Services, chains and rules as pictures',
    load: async () => (await import('./explore.js')).explore,
  },
  {
    name: 'migrate',
    summary: "say what changes for traffic when kube-proxy's mode or version changes",
    load: async () => (await import('./migrate.js')).migrate,
  },
  {
    name: 'golden',
    summary: 'snapshot generated rules; fail when they change',
    load: async () => (await import('./golden.js')).golden,
  },
  {
    name: 'init',
    summary: 'write a kubechains.yaml to start from',
    load: async () => (await import('./init.js')).init,
  },
  {
    name: 'completion',
    summary: 'print a script that completes kubechains in a shell',
    load: async () => (await import('./completion.js')).completionOf(commands),
  },
];
