import { natTable } from './example-dumps.js';

const chains = ['KUBE-SEP-3BIZXMZ7QHMSNBXN', 'KUBE-SEP-BFY37CQI36USUV24'];
const pods = ['10.244.1.19', '10.244.2.39'];

/** kube-proxy's table with a Service of three endpoints; one probability for each, `''` for a rule without one. */
export function threeEndpoints(first: string, second: string, third: string): string {
  const balance = (chain: string, pod: string, probability: string): string =>
    `-A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> ${pod}:8080"` +
    `${probability === '' ? '' : ` -m statistic --mode random --probability ${probability}`} -j ${chain}`;
  return natTable((rules) => [
    ...chains.map((chain) => `:${chain} - [0:0]`),
    ...rules.filter((rule) => !rule.startsWith('-A KUBE-SVC-')),
    ...chains.map(
      (chain, index) =>
        `-A ${chain} -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination ${pods[index] ?? ''}:8080`,
    ),
    balance('KUBE-SEP-LPRYETXTYMQCMNCE', '10.244.1.15', first),
    balance(chains[0] ?? '', pods[0] ?? '', second),
    balance(chains[1] ?? '', pods[1] ?? '', third),
  ]);
}
