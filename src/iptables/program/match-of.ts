import type { Match } from '../types.js';

export type MatchOf<Kind extends Match['kind']> = Match & { readonly kind: Kind };
