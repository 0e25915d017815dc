import type { Fix, Path, Severity } from '../diagnostics/finding.js';
import type { NodePart } from './types.js';

/** A problem in an object, before its place is determined. */
export interface ValidationProblem {
  readonly rule: 'schema/invalid' | 'schema/unknown-field' | 'schema/removed-api' | 'yaml/ambiguous-scalar';
  /** The faulty node; for a missing field, its place. */
  readonly path: Path;
  readonly message: string;
  readonly part?: NodePart;
  readonly severity?: Severity;
  readonly fix?: Fix | undefined;
}
