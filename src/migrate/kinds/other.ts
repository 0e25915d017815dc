import { documents, type Kind } from '../kind.js';

export const other: Kind = {
  id: 'other',
  title: 'what no other kind covers',
  why: `Packets are treated differently, and no other page describes the reason. The report says which packets, what happens to them on both sides, and which rules decide.`,
  since: 'Not known.',
  remedy:
    'Run `kubechains trace` with the example packet, once with each mode and version. If you rely on that traffic, please report it.',
  sources: [documents.kep],
  applies: () => true,
};
