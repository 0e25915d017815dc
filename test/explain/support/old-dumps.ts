/** Dumps of older kube-proxy versions, written for these tests from their sources. */
const hash = 'TCOU7JCQXEZGVUNU';

/** 1.23 and older: policy Local with KUBE-XLB, drops by mark, a KUBE-FW chain for every load balancer. */
export const before124 = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-FW-${hash} - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-MARK-DROP - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-SEP-AAAAAAAAAAAAAAA2 - [0:0]
:KUBE-SEP-AAAAAAAAAAAAAAA3 - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-${hash} - [0:0]
:KUBE-XLB-${hash} - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A KUBE-FW-${hash} -m comment --comment "shop/web:http loadbalancer IP" -j KUBE-XLB-${hash}
-A KUBE-FW-${hash} -m comment --comment "shop/web:http loadbalancer IP" -j KUBE-MARK-DROP
-A KUBE-MARK-DROP -j MARK --set-xmark 0x8000/0x8000
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-NODEPORTS -s 127.0.0.0/8 -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j KUBE-MARK-MASQ
-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j KUBE-XLB-${hash}
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SEP-AAAAAAAAAAAAAAA2 -s 10.244.1.5/32 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ
-A KUBE-SEP-AAAAAAAAAAAAAAA2 -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.1.5:8080
-A KUBE-SEP-AAAAAAAAAAAAAAA3 -s 10.244.2.6/32 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ
-A KUBE-SEP-AAAAAAAAAAAAAAA3 -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.2.6:8080
-A KUBE-SERVICES ! -s 10.244.0.0/16 -d 10.96.0.50/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SERVICES -d 10.96.0.50/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-${hash}
-A KUBE-SERVICES -d 203.0.113.7/32 -p tcp -m comment --comment "shop/web:http loadbalancer IP" -m tcp --dport 80 -j KUBE-FW-${hash}
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-SVC-${hash} -m comment --comment "shop/web:http" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-AAAAAAAAAAAAAAA2
-A KUBE-SVC-${hash} -m comment --comment "shop/web:http" -j KUBE-SEP-AAAAAAAAAAAAAAA3
-A KUBE-XLB-${hash} -s 10.244.0.0/16 -m comment --comment "Redirect pods trying to reach external loadbalancer VIP to clusterIP" -j KUBE-SVC-${hash}
-A KUBE-XLB-${hash} -m comment --comment "masquerade LOCAL traffic for shop/web:http LB IP" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
-A KUBE-XLB-${hash} -m comment --comment "route LOCAL traffic for shop/web:http LB IP to service chain" -m addrtype --src-type LOCAL -j KUBE-SVC-${hash}
-A KUBE-XLB-${hash} -m comment --comment "Balancing rule 0 for shop/web:http" -j KUBE-SEP-AAAAAAAAAAAAAAA2
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-FIREWALL - [0:0]
:KUBE-FORWARD - [0:0]
:KUBE-SERVICES - [0:0]
-A INPUT -j KUBE-FIREWALL
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A OUTPUT -j KUBE-FIREWALL
-A KUBE-FIREWALL -m comment --comment "kubernetes firewall for dropping marked packets" -m mark --mark 0x8000/0x8000 -j DROP
COMMIT
`;

/** The same with no endpoint on this node: traffic from outside is marked to be dropped. */
export const before124WithoutLocal = before124.replace(
  /-A KUBE-XLB-\S+ -m comment --comment "Balancing rule 0[^\n]*/,
  `-A KUBE-XLB-${hash} -m comment --comment "shop/web:http has no local endpoints" -j KUBE-MARK-DROP`,
);

/** Userspace mode of 1.25 and older: the kube-proxy process accepts the connections. */
export const userspace = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-NODEPORT-CONTAINER - [0:0]
:KUBE-NODEPORT-HOST - [0:0]
:KUBE-PORTALS-CONTAINER - [0:0]
:KUBE-PORTALS-HOST - [0:0]
-A PREROUTING -m comment --comment "handle ClusterIPs; NOTE: this must be before the NodePort rules" -j KUBE-PORTALS-CONTAINER
-A PREROUTING -m addrtype --dst-type LOCAL -m comment --comment "handle service NodePorts; NOTE: this must be the last rule in the chain" -j KUBE-NODEPORT-CONTAINER
-A OUTPUT -m comment --comment "handle ClusterIPs; NOTE: this must be before the NodePort rules" -j KUBE-PORTALS-HOST
-A OUTPUT -m addrtype --dst-type LOCAL -m comment --comment "handle service NodePorts; NOTE: this must be the last rule in the chain" -j KUBE-NODEPORT-HOST
-A KUBE-NODEPORT-CONTAINER -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j REDIRECT --to-ports 43211
-A KUBE-NODEPORT-HOST -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j DNAT --to-destination 192.168.0.11:43211
-A KUBE-PORTALS-CONTAINER -d 10.96.0.50/32 -p tcp -m comment --comment "shop/web:http" -m tcp --dport 80 -j REDIRECT --to-ports 43211
-A KUBE-PORTALS-HOST -d 10.96.0.50/32 -p tcp -m comment --comment "shop/web:http" -m tcp --dport 80 -j DNAT --to-destination 192.168.0.11:43211
COMMIT
`;

/** Rules of other programs beside kube-proxy's, and leftovers of kube-proxy. */
export const crowded = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:CILIUM_PRE_nat - [0:0]
:DOCKER - [0:0]
:FLANNEL-POSTRTG - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-SEP-OLDOLDOLDOLDOLD2 - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-GONEGONEGONEGON2 - [0:0]
:WEAVE - [0:0]
:cali-PREROUTING - [0:0]
:mine - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -m comment --comment "cali:6gwbT8clXdHdC1b1" -j cali-PREROUTING
-A PREROUTING -m comment --comment "cilium-feeder: CILIUM_PRE_nat" -j CILIUM_PRE_nat
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG
-A POSTROUTING -j WEAVE
-A KUBE-SEP-OLDOLDOLDOLDOLD2 -p tcp -m comment --comment "shop/gone:http" -m tcp -j DNAT --to-destination 10.244.1.99:80
-A KUBE-SVC-GONEGONEGONEGON2 -m comment --comment "shop/gone:http -> 10.244.1.99:80" -j KUBE-SEP-OLDOLDOLDOLDOLD2
COMMIT
`;

/** Probabilities in the notation of 1.18 and older: 5 decimals. */
export const fiveDecimals = (endpoints: number): string => {
  const names = Array.from(
    { length: endpoints },
    (_, index) => `KUBE-SEP-${index.toString(2).replaceAll('0', 'A').replaceAll('1', 'B').padStart(16, 'C')}`,
  );
  const chance = (index: number): string =>
    endpoints - index === 1 ? '' : ` -m statistic --mode random --probability ${(1 / (endpoints - index)).toFixed(5)}`;
  return `*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-${hash} - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.50/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-${hash}
${names.map((name, index) => `-A KUBE-SVC-${hash}${chance(index)} -j ${name}\n-A ${name} -p tcp -m tcp -j DNAT --to-destination 10.244.${index >> 8}.${index & 255}:80`).join('\n')}
COMMIT
`;
};
