import type { Path, Range, Severity } from '../diagnostics/finding.js';
import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { newestVersion, oldestVersion, formatVersion, parseVersion } from '../cluster/version.js';
import { readPlain, type PlainDocument } from '../manifests/plain.js';
import type { Json, NodePart, SourceText } from '../manifests/types.js';
import type { ClusterFacts } from './context.js';
import { matchesGlob } from './settings-glob.js';
import { parseNodePortRange, parseServiceCIDRs } from './settings-facts.js';
import { valueAt } from '../manifests/values.js';

/** Accepts one kind of finding; absent fields match everything. */
export interface IgnoreEntry {
  readonly rule?: string;
  readonly path?: string;
  readonly object?: string;
  readonly reason: string;
  /** The place of the entry in the settings. */
  readonly range: Range;
}

/** The outputs of golden scenarios; absent fields are derived from the files of a scenario. */
export interface GoldenSettings {
  readonly modes?: readonly string[];
  readonly formats?: readonly string[];
  readonly families?: readonly string[];
}

/** All outputs that can be generated, which `golden` may name. */
type OutputNames = Required<GoldenSettings>;

/** The content of `kubechains.yaml`. */
export interface Settings {
  /**
   * By rule id, with categories (`service/*`) resolved; an id overrides a category, otherwise the later line counts.
   */
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  readonly ignore: readonly IgnoreEntry[];
  readonly facts: Partial<ClusterFacts>;
  readonly golden: GoldenSettings;
  readonly failOn?: Severity;
  /** A file name, relative to the settings file. */
  readonly baseline?: string;
}

interface SettingsProblem {
  readonly message: string;
  readonly range: Range;
}

export const noSettings: Settings = { severities: new Map(), ignore: [], facts: {}, golden: {} };

/**
 * Reads the settings' text. Never throws; if there are problems, the settings must not be used. `ruleIds`: every id
 * that `rules` may contain; `outputs`: what `golden` may contain, by default anything.
 */
export function readSettings(
  source: SourceText,
  ruleIds: readonly string[],
  outputs: Partial<OutputNames> = {},
): { settings: Settings; problems: readonly SettingsProblem[] } {
  const document = readPlain(source);
  const reader = new SettingsReader(document, ruleIds, outputs);
  if (document.problems.length > 0) return { settings: noSettings, problems: document.problems };
  const settings = document.value === null ? noSettings : reader.read();
  return { settings, problems: reader.problems };
}

const keys = ['rules', 'ignore', 'kubeVersion', 'serviceCIDR', 'serviceNodePortRange', 'failOn', 'baseline', 'golden'];
const goldenKeys = ['modes', 'formats', 'families'] as const;
const ignoreKeys = ['rule', 'path', 'object', 'reason'];
const severities = ['info', 'warning', 'error'];

class SettingsReader {
  readonly problems: SettingsProblem[] = [];

  constructor(
    private readonly document: PlainDocument,
    private readonly ruleIds: readonly string[],
    private readonly outputs: Partial<OutputNames>,
  ) {}

  read(): Settings {
    const root = this.mapping([], keys);
    const failOn = this.choice(['failOn'], root.get('failOn'), severities) as Severity | undefined;
    const baseline = this.text(['baseline'], root.get('baseline'));
    return {
      severities: this.severities(),
      ignore: this.ignoreEntries(root.get('ignore')),
      facts: this.facts(root),
      golden: this.golden(),
      ...(failOn === undefined ? {} : { failOn }),
      ...(baseline === undefined ? {} : { baseline }),
    };
  }

  private severities(): ReadonlyMap<string, Severity | 'off'> {
    const categories = new Map<string, Severity | 'off'>();
    const single = new Map<string, Severity | 'off'>();
    for (const [pattern, value] of this.mapping(['rules'])) {
      const severity = this.choice(['rules', pattern], value, ['off', ...severities]) as Severity | 'off' | undefined;
      const ids = this.matchingRules(pattern, ['rules', pattern], 'key');
      if (severity === undefined) continue;
      for (const id of ids) (pattern.includes('*') ? categories : single).set(id, severity);
    }
    return new Map([...categories, ...single]);
  }

  private matchingRules(pattern: string, path: Path, part: NodePart): readonly string[] {
    const ids = this.ruleIds.filter((id) => matchesGlob(id, pattern === '*' ? '**' : pattern));
    if (ids.length === 0)
      this.report(path, `there is no rule ${quote(pattern)}${didYouMean(pattern, this.ruleIds)}`, part);
    return ids;
  }

  private ignoreEntries(value: Json | undefined): IgnoreEntry[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.report(['ignore'], 'ignore takes a list of {rule, path, object, reason}');
      return [];
    }
    return value.map((_, index) => this.ignoreEntry(['ignore', index]));
  }

  private ignoreEntry(path: Path): IgnoreEntry {
    const entry = this.mapping(path, ignoreKeys);
    const before = this.problems.length;
    const texts = Object.fromEntries(
      ignoreKeys.flatMap((key) => {
        const text = this.text([...path, key], entry.get(key));
        return text === undefined ? [] : [[key, text]];
      }),
    ) as { rule?: string; path?: string; object?: string; reason?: string };
    if (texts.rule !== undefined) this.matchingRules(texts.rule, [...path, 'rule'], 'value');
    const matchers = [texts.rule, texts.path, texts.object].filter((text) => text !== undefined);
    if (matchers.length === 0 && this.problems.length === before)
      this.report(path, 'an entry of ignore needs a rule, a path or an object; to turn a rule off, use rules');
    return { ...texts, reason: texts.reason ?? '', range: this.document.locate(path, 'key') };
  }

  private golden(): GoldenSettings {
    const golden = this.mapping(['golden'], goldenKeys);
    return Object.fromEntries(
      goldenKeys.flatMap((key) => {
        const names = this.names(['golden', key], golden.get(key), this.outputs[key]);
        return names === undefined ? [] : [[key, names]];
      }),
    );
  }

  /** A list of names, or a single one. */
  private names(
    path: Path,
    value: Json | undefined,
    known: readonly string[] | undefined,
  ): readonly string[] | undefined {
    if (value === undefined || value === null) return undefined;
    const items = Array.isArray(value)
      ? value.map((item: Json, index) => [item, [...path, index]] as const)
      : [[value, path] as const];
    return items.flatMap(
      ([item, at]) => (known === undefined ? this.text(at, item) : this.choice(path, item, known, at)) ?? [],
    );
  }

  private facts(root: ReadonlyMap<string, Json>): Partial<ClusterFacts> {
    const version = this.parsed(
      'kubeVersion',
      root,
      parseVersion,
      `a version from ${formatVersion(oldestVersion)} to ${formatVersion(newestVersion)}`,
    );
    const serviceCIDRs = this.parsed(
      'serviceCIDR',
      root,
      parseServiceCIDRs,
      'one prefix per address family, such as 10.96.0.0/12',
    );
    const nodePortRange = this.parsed(
      'serviceNodePortRange',
      root,
      parseNodePortRange,
      'two ports, such as 30000-32767',
    );
    return {
      ...(version === undefined ? {} : { version }),
      ...(serviceCIDRs === undefined ? {} : { serviceCIDRs }),
      ...(nodePortRange === undefined ? {} : { nodePortRange }),
    };
  }

  private parsed<Value>(
    key: string,
    root: ReadonlyMap<string, Json>,
    parse: (text: string) => Value | undefined,
    expected: string,
  ): Value | undefined {
    const list = root.get(key);
    const text = Array.isArray(list) ? list.map(String).join(',') : this.text([key], list);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) this.report([key], `${key} takes ${expected}; not ${quote(text)}`);
    return value;
  }

  private choice(
    path: Path,
    value: Json | undefined,
    choices: readonly string[],
    place: Path = path,
  ): string | undefined {
    const text = this.text(place, value);
    if (text === undefined || choices.includes(text)) return text;
    this.report(place, `${String(path.at(-1))} takes ${choices.join(', ')}; not ${quote(text)}`);
    return undefined;
  }

  /** A scalar as written, so that `1.30` is that version and `off` is not a boolean. */
  private text(path: Path, value: Json | undefined): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object')
      return typeof value === 'string' ? value : (this.document.scalar(path)?.text ?? String(value));
    this.report(path, `${String(path.at(-1))} takes a text, not a ${Array.isArray(value) ? 'list' : 'mapping'}`);
    return undefined;
  }

  /** The entries of the mapping at `path`; empty if there is none. */
  private mapping(path: Path, known?: readonly string[]): ReadonlyMap<string, Json> {
    const value = valueAt(this.document.value, ...path);
    if (value === undefined || value === null) return new Map();
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.report(path, `${path.length === 0 ? 'the settings are' : `${String(path.at(-1) ?? '')} takes`} a mapping`);
      return new Map();
    }
    const entries = new Map(Object.entries(value).map(([key, entry]) => [key, entry ?? null]));
    for (const key of entries.keys()) {
      if (known?.includes(key) === false)
        this.report([...path, key], `there is no setting ${quote(key)}${didYouMean(key, known)}`, 'key');
    }
    return entries;
  }

  private report(path: Path, message: string, part: NodePart = 'value'): void {
    this.problems.push({ message, range: this.document.locate(path, part) });
  }
}

function didYouMean(text: string, candidates: readonly string[]): string {
  const near = nearest(text, candidates);
  return near === undefined
    ? `; there are ${candidates.length > 10 ? 'those that kubechains rules lists' : candidates.join(', ')}`
    : `: did you mean ${near}?`;
}
