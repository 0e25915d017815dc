import type { Io } from './command.js';

/** Shorter work shows no progress. */
const patience = 500;

/** Shows the progress of long work on standard error if it is a terminal, on one line that is erased afterwards. */
export class Progress {
  private readonly began = Date.now();
  private shown = false;

  constructor(private readonly io: Io) {}

  /** Begins a new stage: `checking 31000 objects`. */
  stage(text: string): void {
    if (!this.io.errIsTerminal || Date.now() - this.began < patience) return;
    this.clear();
    this.io.err(`${text}…`);
    this.shown = true;
  }

  /** Erases the line; must be called before other output. */
  clear(): void {
    if (this.shown) this.io.err('\r\u001b[K');
    this.shown = false;
  }
}
