import type { Output } from './output.js';

/** What the settings request; absent values are derived from the files of a scenario. */
export interface Wishes {
  readonly modes?: readonly string[];
  readonly formats?: readonly string[];
  readonly families?: readonly string[];
}

/** The formats of each mode, the default first. */
export type KnownFormats = ReadonlyMap<string, readonly string[]>;

/**
 * The formats that a scenario must have, by mode. Modes: those in the settings, else those of existing files, else the
 * mode of the configuration. Formats of a mode: those in the settings, else those of existing files, else the mode's
 * default. Unknown modes and formats are never required, so their files are orphans.
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
