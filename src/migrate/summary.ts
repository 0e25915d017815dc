/** The first and last sentences of reports. */
import { formatVersion } from '../cluster/version.js';
import { impacts, type Impact } from '../compare/impact.js';
import { has, servicesBy } from './groups.js';
import type { ProxySide } from './proxy-side.js';
import type { Migration } from './report.js';
import { count, joinWords } from '../diagnostics/words.js';

export const headings: Readonly<Record<Impact, string>> = {
  stops: 'Stops working',
  changes: 'Works differently',
  starts: 'Starts working',
};

const words: Readonly<Record<Impact, string>> = {
  stops: 'stops for',
  changes: 'works differently for',
  starts: 'starts for',
};

/** `iptables mode of 1.36` */
function sideWords({ mode, version }: ProxySide): string {
  return `${mode.title} of ${formatVersion(version)}`;
}

/** `From iptables mode of 1.36 to nftables mode of 1.36: traffic stops for 1 of 4 Services …` */
export function verdict(migration: Migration): string {
  const by = servicesBy(migration);
  const parts = impacts.flatMap((severity) => {
    if (!has(migration, severity)) return [];
    const { size } = by[severity];
    return [`${words[severity]} ${size === 0 ? 'the node as a whole' : size}`];
  });
  const what =
    parts.length === 0
      ? 'nothing changes for traffic'
      : `traffic ${joinWords(parts)} of ${count(migration.services, 'Service')}`;
  return `From ${sideWords(migration.from)} to ${sideWords(migration.to)}: ${what}.`;
}

/** States that everything else is equal, and under which assumptions. */
export function equality({ assumptions, differences, remarks }: Migration): string {
  const subject = differences.length + remarks.length === 0 ? 'All packets' : 'All other packets';
  const assumed = ["the node has only kube-proxy's rules", 'open connections have ended', ...assumptions];
  return (
    `${subject} are treated the same way. Assumed: ${assumed.join('; ')}. ` +
    'Shares are compared with the 31 bits of precision that kernels use.'
  );
}
