import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { writePageFile } from '../support/pages.js';

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export const service = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: 10.96.0.10
  ports:
  - {port: 80}
`;
export const refused = service.replace('{port: 80}', '{port: 80, nodePort: 30080}');

/** A git repository with manifests, and its own programs at the front of PATH. */
export class Repository {
  readonly root = mkdtempSync(join(tmpdir(), 'kubechains-integration-'));
  readonly directory = join(this.root, 'repository');
  readonly bin = join(this.root, 'bin');

  constructor() {
    mkdirSync(this.directory);
    mkdirSync(this.bin);
    for (const words of [
      ['init', '--quiet', '--initial-branch', 'main'],
      ['config', 'user.name', 'test'],
      ['config', 'user.email', 'test@example.com'],
    ])
      this.run('git', words);
  }

  write(name: string, text: string): void {
    writePageFile(this.directory, name, text);
  }

  commit(message: string): void {
    this.run('git', ['add', '--all']);
    this.run('git', ['commit', '--quiet', '--message', message]);
  }

  /** Puts a shell script at the front of PATH. */
  program(name: string, script: string): void {
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  run(program: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}): Ran {
    const { status, stdout, stderr, error } = spawnSync(program, words, {
      cwd: this.directory,
      encoding: 'utf8',
      input: '',
      env: {
        ...process.env,
        ...environment,
        PATH: [environment.PATH_IN_FRONT, this.bin, process.env.PATH].filter(Boolean).join(delimiter),
      },
    });
    if (error !== undefined) throw error;
    return { status, out: stdout, err: stderr };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
