import type { Io } from './command.js';

/** Work shorter than this says nothing of itself. */
const patience = 500;

/** Says on a terminal's standard error what long work is at, on one line that is taken away again. */
export class Progress {
  private readonly began = Date.now();
  private shown = false;

  constructor(private readonly io: Io) {}

  /** A new stage begins: `checking 31000 objects`. */
  stage(text: string): void {
    if (!this.io.errIsTerminal || Date.now() - this.began < patience) return;
    this.clear();
    this.io.err(`${text}…`);
    this.shown = true;
  }

  /** Takes the line away; to be called before anything else is written. */
  clear(): void {
    if (this.shown) this.io.err('\r\u001b[K');
    this.shown = false;
  }
}
