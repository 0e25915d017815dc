import type { Output } from './output.js';

/** What the settings ask for; what is absent follows from the files that a scenario holds. */
export interface Wishes {
  readonly modes?: readonly string[];
  readonly formats?: readonly string[];
  readonly families?: readonly string[];
}

/** The formats of each mode, the default first. */
export type KnownFormats = ReadonlyMap<string, readonly string[]>;

/**
 * The formats that a scenario must have, by mode. Modes: the settings', else those of the files present, else the one
 * of the configuration. Formats of a mode: the settings', else those of the files present, else the mode's default. A
 * mode or format that is not known is never wanted, so its files are orphans.
 */
export function wantedFormats(
  present: readonly Output[],
  wishes: Wishes,
  known: KnownFormats,
  usualMode: string,
): ReadonlyMap<string, readonly string[]> {
  const found = [...known.keys()].filter((mode) => present.some((output) => output.mode === mode));
  const modes = wishes.modes ?? (found.length > 0 ? found : [usualMode]);
  return new Map(modes.map((mode) => [mode, formatsOf(mode, present, wishes, known.get(mode) ?? [])]));
}

function formatsOf(
  mode: string,
  present: readonly Output[],
  { formats }: Wishes,
  known: readonly string[],
): readonly string[] {
  if (formats !== undefined) return known.filter((format) => formats.includes(format));
  const found = known.filter((format) => present.some((output) => output.mode === mode && output.format === format));
  return found.length > 0 ? found : known.slice(0, 1);
}
