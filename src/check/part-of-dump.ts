/** Dumps of which only a part is given: missing rules prove nothing. */
import { partialTableNotes } from '../explain/port-notes.js';
import { ebpfNotes } from '../explain/rules/ebpf.js';
import { missingChains } from '../explain/rules/missing-chains.js';
import { viewFamilies } from '../explain/node.js';
import { arrives, type Reached } from './reach.js';
import type { Subject } from './subject.js';
import { someOf } from '../diagnostics/words.js';

/** Why nothing is concluded from missing rules; nothing if the dump is whole, or there is none. */
export function partNotes({ isDump, knowledge }: Subject): string[] {
  return isDump ? [...new Set(viewFamilies(knowledge).flatMap(({ index }) => partialTableNotes(index)))] : [];
}

/** The chains of the Service that its rules jump to and the given part does not contain; nothing if all are there. */
export function missingChainNotes({ isDump, traffic }: Subject): string[] {
  const names = isDump ? traffic.flatMap(({ view, found }) => missingChains(view.index, found)) : [];
  return names.length === 0 ? [] : [`the inputs do not contain ${someOf(names, 3)}, which its rules jump to`];
}

/** What follows from rules of Calico's eBPF mode in the dump; nothing without them. */
export function ebpfOf({ isDump, knowledge }: Subject): string[] {
  return isDump ? [...new Set(viewFamilies(knowledge).flatMap(({ rules }) => ebpfNotes(rules)))] : [];
}

/**
 * Why it is unknown whether connections arrive: eBPF programs serve them, or only rules that the given
 * part does not contain would show it.
 */
export function openFor(subject: Subject, all: readonly Reached[]): string[] {
  if (ebpfOf(subject).length > 0) return ["Calico's eBPF programs serve it before these rules"];
  const isOpen = all.filter((one) => !arrives(one)).every(failsForLack);
  if (!isOpen) return [];
  const missing = missingChainNotes(subject);
  return missing.length > 0 ? missing : partNotes(subject);
}

/** Whether connections fail only because no rule takes them. */
function failsForLack({ delivery: { fate, lost }, nobody, taken, pastNode }: Reached): boolean {
  const isElse = nobody !== undefined || taken !== undefined || pastNode !== undefined;
  return !isElse && (fate === 'untouched' || (fate === 'delivered' && lost > 0));
}
