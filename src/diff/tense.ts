import type { Sides } from './view.js';

/** How differences are described: as an event, or as a contradiction between two states. */
export interface Tense {
  /** The words for the first side: `before`, `by the manifests`, `on the node`. */
  readonly was: string;
  readonly isDrift: boolean;
  readonly isGone: string;
  readonly isNew: string;
  readonly loses: string;
  readonly lose: string;
  readonly noLongerReach: string;
  readonly reach: string;
  readonly noLongerGoes: string;
  readonly goes: string;
  readonly alsoGoes: string;
  readonly flows: string;
}

const change: Tense = {
  was: 'before',
  isDrift: false,
  isGone: 'Is removed',
  isNew: 'Is new',
  loses: 'loses all traffic',
  lose: 'lose all traffic',
  noLongerReach: 'no longer reach',
  reach: 'now reach',
  noLongerGoes: 'no longer goes to',
  goes: 'now goes to',
  alsoGoes: 'now also goes to',
  flows: 'now flows',
};

const drift: Omit<Tense, 'was' | 'isGone' | 'isNew'> = {
  isDrift: true,
  loses: 'gets no traffic',
  lose: 'get no traffic',
  noLongerReach: 'do not reach',
  reach: 'reach',
  noLongerGoes: 'does not go to',
  goes: 'goes to',
  alsoGoes: 'also goes to',
  flows: 'flows',
};

/** The tense for two sides: between manifests and a node there is no before and after. */
export function tenseOf({ before, after }: Sides): Tense {
  if ((before.rules.state === undefined) === (after.rules.state === undefined)) return change;
  return after.rules.state === undefined
    ? {
        ...drift,
        was: 'by the manifests',
        isGone: 'Is missing on the node',
        isNew: 'Is on the node but not in the manifests',
      }
    : {
        ...drift,
        was: 'on the node',
        isGone: 'Is on the node but not in the manifests',
        isNew: 'Is missing on the node',
      };
}
