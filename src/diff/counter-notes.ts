import type { SideView } from './view.js';

/** Rules that count dropped packets show a version but do not change traffic. */
export function counterNotes(before: SideView, after: SideView): string[] {
  if (
    (before.rules.state === undefined) === (after.rules.state === undefined) ||
    before.rules.mode !== after.rules.mode
  )
    return [];
  const [manifests, node] = before.rules.state === undefined ? [after, before] : [before, after];
  const [expected, found] = [countsInvalid(manifests), countsInvalid(node)];
  if (expected === found) return [];
  return [
    found
      ? 'The node counts packets with nfacct, so its kube-proxy is 1.31 or newer; compare with --kube-version'
      : 'The node does not count packets with nfacct: its kube-proxy is 1.30 or older, ' +
        'or its kernel lacks nfacct. Traffic is not affected',
  ];
}

function countsInvalid({ index }: SideView): boolean {
  return (
    index
      .chain('filter', 'KUBE-FORWARD')
      ?.rules.some(({ matches }) => matches.some(({ kind }) => kind === 'nfacct')) === true
  );
}
