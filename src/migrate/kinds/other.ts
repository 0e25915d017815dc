import { documents, type Kind } from '../kind.js';

export const other: Kind = {
  id: 'other',
  title: 'what no other kind covers',
  why: `Packets fare differently, and for no reason that has a page of its own: the report says which packets, what becomes of them on both sides, and which rules decide.`,
  since: 'Not known.',
  remedy:
    'Look at the example packet with `kubechains trace`, once with each mode and version. If it is traffic that you rely upon, please report it.',
  sources: [documents.kep],
  applies: () => true,
};
