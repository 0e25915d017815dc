import { completeWords, type Completion } from './complete-words.js';
import { completionScripts } from './completion-scripts.js';
import { UsageError, type Command, type CommandEntry } from './command.js';

const shells = [...completionScripts.keys()];

/** The command that completes the given commands. */
export const completionOf = (commands: readonly CommandEntry[]): Command => ({
  name: 'completion',
  summary: 'print a script that completes kubechains in a shell',
  usage: shells.join('|'),
  description: `Prints a script for bash, zsh or fish. It completes commands, options, their values and files for
kubechains and kubectl-chains by asking kubechains itself. kubectl completes "kubectl chains" without a script: it runs
kubectl_complete-chains, which is installed with kubechains.`,
  options: [
    {
      name: 'candidates',
      description: 'print the completions of the words after --; the scripts and kubectl call this',
    },
  ],
  firstWords: shells,
  examples: [
    { description: 'in this bash', command: 'source <(kubechains completion bash)' },
    { description: 'in every zsh', command: 'kubechains completion zsh > ~/.zfunc/_kubechains' },
    {
      description: 'in every fish',
      command: 'kubechains completion fish > ~/.config/fish/completions/kubechains.fish',
    },
  ],
  run: async (args, io) => {
    if (args.has('candidates')) io.out(formatCompletion(await completeWords(args.positionals, commands)));
    else io.out(scriptFor(args.positionals));
    return 0;
  },
});

function scriptFor([shell, ...more]: readonly string[]): string {
  const script = completionScripts.get(shell ?? '');
  if (script === undefined || more.length > 0) throw new UsageError(`completion takes one of ${shells.join(', ')}`);
  return script;
}

/**
 * The format of cobra's `__complete`, which kubectl reads: a line for each candidate, then `:0` if file names are
 * possible, `:4` if not.
 */
function formatCompletion({ candidates, files }: Completion): string {
  const lines = candidates.map(({ value, description }) => (description === '' ? value : `${value}\t${description}`));
  return [...lines, files ? ':0' : ':4'].map((line) => `${line}\n`).join('');
}
