/** Rules in the form of kube-proxy 1.17 and Weave Net, from their sources; addresses and names are invented. */
export const weaveNode = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-MARK-DROP - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]
:KUBE-SEP-BBBBBBBBBBBBBBBB - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-CCCCCCCCCCCCCCCC - [0:0]
:KUBE-XLB-CCCCCCCCCCCCCCCC - [0:0]
:WEAVE - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A POSTROUTING -j WEAVE
-A KUBE-MARK-DROP -j MARK --set-xmark 0x8000/0x8000
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-NODEPORTS -p tcp -m comment --comment "blog/front:" -m tcp --dport 32100 -j KUBE-XLB-CCCCCCCCCCCCCCCC
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -m mark --mark 0x4000/0x4000 -j MASQUERADE
-A KUBE-SEP-AAAAAAAAAAAAAAAA -s 10.32.0.7/32 -m comment --comment "blog/front:" -j KUBE-MARK-MASQ
-A KUBE-SEP-AAAAAAAAAAAAAAAA -p tcp -m comment --comment "blog/front:" -m tcp -j DNAT --to-destination 10.32.0.7:8080
-A KUBE-SEP-BBBBBBBBBBBBBBBB -s 10.44.0.7/32 -m comment --comment "blog/front:" -j KUBE-MARK-MASQ
-A KUBE-SEP-BBBBBBBBBBBBBBBB -p tcp -m comment --comment "blog/front:" -m tcp -j DNAT --to-destination 10.44.0.7:8080
-A KUBE-SERVICES -d 10.101.0.9/32 -p tcp -m comment --comment "blog/front: cluster IP" -m tcp --dport 80 -j KUBE-SVC-CCCCCCCCCCCCCCCC
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-SVC-CCCCCCCCCCCCCCCC -m comment --comment "blog/front:" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-AAAAAAAAAAAAAAAA
-A KUBE-SVC-CCCCCCCCCCCCCCCC -m comment --comment "blog/front:" -j KUBE-SEP-BBBBBBBBBBBBBBBB
-A KUBE-XLB-CCCCCCCCCCCCCCCC -m comment --comment "Balancing rule 0 for blog/front:" -j KUBE-SEP-AAAAAAAAAAAAAAAA
-A WEAVE -s 10.32.0.0/12 -d 224.0.0.0/4 -j RETURN
-A WEAVE ! -s 10.32.0.0/12 -d 10.32.0.0/12 -j MASQUERADE
-A WEAVE -s 10.32.0.0/12 ! -d 10.32.0.0/12 -j MASQUERADE
COMMIT
`;

/** The same on a node without an endpoint of its own. */
export const weaveNodeWithout = weaveNode.replace(
  '--comment "Balancing rule 0 for blog/front:" -j KUBE-SEP-AAAAAAAAAAAAAAAA',
  '--comment "blog/front: has no local endpoints" -j KUBE-MARK-DROP',
);

export const weaveService = `apiVersion: v1
kind: Service
metadata: {name: front, namespace: blog}
spec:
  type: NodePort
  clusterIP: 10.101.0.9
  externalTrafficPolicy: Local
  ports: [{port: 80, targetPort: 8080, nodePort: 32100}]
`;

export const weaveSlice = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: front-1, namespace: blog, labels: {kubernetes.io/service-name: front}}
addressType: IPv4
ports: [{name: "", port: 8080, protocol: TCP}]
endpoints:
- {addresses: [10.32.0.7], nodeName: rack-1}
- {addresses: [10.44.0.7], nodeName: rack-2}
`;
