import type { Fix, Path, Severity } from '../diagnostics/finding.js';
import type { NodePart } from './types.js';

/** What is wrong with an object, before it has its place. */
export interface ValidationProblem {
  readonly rule: 'schema/invalid' | 'schema/unknown-field' | 'schema/removed-api' | 'yaml/ambiguous-scalar';
  /** The node at fault; for a missing field, where it should be. */
  readonly path: Path;
  readonly message: string;
  readonly part?: NodePart;
  readonly severity?: Severity;
  readonly fix?: Fix | undefined;
}
