/** Parts of dumps that the examples of several rules share. */

/** A nat table with kube-proxy's fixed chains and one Service with one endpoint; `change` may modify its rules. */
export function natTable(change: (rules: readonly string[]) => readonly string[] = (rules) => rules): string {
  return ['*nat', ...chains, ...change(natRules), 'COMMIT'].join('\n');
}

const chains = [
  ':PREROUTING ACCEPT [0:0]',
  ':INPUT ACCEPT [0:0]',
  ':OUTPUT ACCEPT [0:0]',
  ':POSTROUTING ACCEPT [0:0]',
  ':KUBE-MARK-MASQ - [0:0]',
  ':KUBE-POSTROUTING - [0:0]',
  ':KUBE-SEP-LPRYETXTYMQCMNCE - [0:0]',
  ':KUBE-SERVICES - [0:0]',
  ':KUBE-SVC-67NZLRHBNDSAWJRO - [0:0]',
];

/** The rules of such a table. */
export const natRules: readonly string[] = [
  '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
  '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
  '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
  '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
  '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
  '-A KUBE-SEP-LPRYETXTYMQCMNCE -s 10.244.1.15/32 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ',
  '-A KUBE-SEP-LPRYETXTYMQCMNCE -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.1.15:8080',
  '-A KUBE-SERVICES -d 10.96.0.50/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-67NZLRHBNDSAWJRO',
  '-A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> 10.244.1.15:8080" -j KUBE-SEP-LPRYETXTYMQCMNCE',
];

/** The rules without those that begin with this text. */
export function without(start: string): (rules: readonly string[]) => readonly string[] {
  return (rules) => rules.filter((rule) => !rule.startsWith(start));
}

/** The rules with one text replaced. */
export function replaced(text: string, by: string): (rules: readonly string[]) => readonly string[] {
  return (rules) => rules.map((rule) => rule.replace(text, by));
}
