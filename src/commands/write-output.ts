import { quote } from '../diagnostics/quote.js';
import { explainError } from '../files/unreadable.js';
import { writeFileAtomically } from '../files/write.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { describeFailure } from './failure.js';

/** Writes, and reports errors of the operating system as UsageError; the message contains `what`. */
export function attemptWrite(what: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!describeFailure(error).isSystem) throw error;
    throw new UsageError(
      `${plainName(what)} cannot be written: ${explainError(error).replace('cannot be read', 'not possible')}`,
    );
  }
}

/** Writes to the file of `--output`, else to standard output. */
export function writeOutput(pieces: Iterable<string>, args: Arguments, io: Io): void {
  const file = args.value('output');
  if (file === undefined) for (const piece of pieces) io.out(piece);
  else
    attemptWrite(file, () => {
      writeFileAtomically(file, pieces);
    });
}

function plainName(name: string): string {
  return /^[\w./@+=,~ -]+$/.test(name) && name.length <= 200 ? name : quote(name);
}
