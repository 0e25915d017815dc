import { main } from '../../src/commands/main.js';
import type { ExitStatus, Io } from '../../src/commands/command.js';

export interface Outcome {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

/** Runs `kubechains WORDS…` like a shell without a terminal, and captures both streams. */
export async function run(words: readonly string[], change: Partial<Io> = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    inIsTerminal: true,
    environment: {},
    workingDirectory: process.cwd(),
    ...change,
  };
  const status = await main(words, io);
  return { status, out, err };
}
