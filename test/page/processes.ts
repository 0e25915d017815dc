import { readFileSync, readdirSync } from 'node:fs';

/** Linux counts in hundredths of a second (proc(5), sysconf(_SC_CLK_TCK)). */
const ticks = 100;

/**
 * The processor time that this process' descendants have used so far, in seconds; other processes of the machine do not
 * count.
 */
export function cpuSeconds(): number {
  const processes = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? statOf(name) : []));
  const own = new Set([process.pid]);
  for (let size = 0; size !== own.size;) {
    size = own.size;
    for (const { id, parent } of processes) if (own.has(parent)) own.add(id);
  }
  own.delete(process.pid);
  return processes.reduce((sum, { id, used }) => (own.has(id) ? sum + used : sum), 0) / ticks;
}

function statOf(name: string): { readonly id: number; readonly parent: number; readonly used: number }[] {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [{ id: Number(name), parent: Number(fields[1]), used: Number(fields[11]) + Number(fields[12]) }];
  } catch {
    return [];
  }
}
