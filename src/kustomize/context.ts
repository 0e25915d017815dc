import { rangeOfPlace } from './place.js';
import type { BuildLimit, BuiltProblem, NodePart } from '../manifests/types.js';
import type { Place } from './node.js';

/** Thrown where a build has become too large to go on with; never leaves the build. */
export class TooLarge extends Error {
  constructor(readonly place: Place) {
    super('too large');
  }
}

/** How much one build may take: real ones stay far below. */
const mostResources = 50_000;
const mostCopies = 100_000;
const mostProblems = 100;

/** What comes up during one build. */
export class BuildContext {
  readonly problems: BuiltProblem[] = [];
  readonly limits: BuildLimit[] = [];
  #resources = 0;
  #copies = 0;

  /** Says why kustomize would not build this. */
  problem(
    place: Place,
    message: string,
    { part, ...more }: Omit<BuiltProblem, 'file' | 'range' | 'message'> & { readonly part?: NodePart } = {},
  ): void {
    if (this.problems.length < mostProblems) this.problems.push({ ...rangeOfPlace(place, part), message, ...more });
  }

  /** Says what kustomize would do that is not done here. `adds`: objects are missing; `changes`: anything may differ. */
  limit(place: Place, effect: BuildLimit['effect'], reason: string): void {
    if (this.limits.length < mostProblems) this.limits.push({ ...rangeOfPlace(place), effect, reason });
  }

  /** Whether all objects are known, so that what is not found is missing. */
  get knowsAll(): boolean {
    return !this.limits.some(({ effect }) => effect !== 'values');
  }

  /** Whether a kustomization says by a schema of its own (`openapi`) how lists of custom resources are merged. */
  hasOwnSchema = false;

  /** Whether the objects that are known are so to their last field. */
  get knowsFields(): boolean {
    return !this.hasOwnSchema && !this.limits.some(({ effect }) => effect === 'changes');
  }

  /** Counts objects; throws TooLarge beyond what real kustomizations have. */
  countResource(place: Place): void {
    if (++this.#resources > mostResources) throw new TooLarge(place);
  }

  /** Counts copied nodes, likewise: a patch that copies a value into itself doubles it every time. */
  countCopies(place: Place, nodes: number): void {
    this.#copies += nodes;
    if (this.#copies > mostCopies) throw new TooLarge(place);
  }
}
