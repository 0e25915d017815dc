import type { Command } from './command.js';

/** A verb as the overview shows it; its module is loaded only when it runs, so that starting stays fast. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export const commands: readonly CommandEntry[] = [
  { name: 'generate', summary: 'write the rules kube-proxy would program for manifests',
    load: async () => (await import('./generate.js')).generate },
  { name: 'lint', summary: 'review manifests: what the API server refuses, and where traffic would not flow',
    load: async () => (await import('./lint.js')).lint },
  { name: 'rules', summary: 'list the lint rules, or show a rule\'s page',
    load: async () => (await import('./rules.js')).rules },
];
