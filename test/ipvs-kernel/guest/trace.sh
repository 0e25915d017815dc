# Every folder of nodes/ is a node with a neighbour at each of its cables. Each of its cases is loaded in turn, packets are sent, and what
# became of them goes to /results. Programs are slow to start here, so that each gets as much as it takes at once.
# The shell would take busybox' own ip, which knows no namespaces.
ip() { /usr/bin/ip "$@"; }

# All refusals are to be seen, not so many a second. Some kernels have these limits for each namespace, others once.
unlimited() {
  for limit in icmp_ratelimit:0 icmp_msgs_per_sec:1000000 icmp_msgs_burst:1000000; do
    [ -e "/proc/sys/net/ipv4/${limit%:*}" ] && echo "${limit#*:}" > "/proc/sys/net/ipv4/${limit%:*}"
  done
  echo 0 > /proc/sys/net/ipv6/icmp/ratelimit
}

# What kube-proxy sets for IPVS, what every node has, and no checks that these neighbours would not pass.
settings() {
  echo 1 > /proc/sys/net/ipv4/vs/conntrack
  echo 1 > /proc/sys/net/ipv4/ip_forward
  echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
  unlimited
  for which in all default; do
    echo 0 > /proc/sys/net/ipv4/conf/$which/rp_filter
    echo 1 > /proc/sys/net/ipv4/conf/$which/route_localnet
  done
  echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad
  echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode
  ip -batch "$1"
}

# load FOLDER: what kube-proxy programs; what was there before goes.
load() {
  ipvsadm -C
  for program in iptables-legacy ip6tables-legacy; do printf '*nat\nCOMMIT\n*filter\nCOMMIT\n*mangle\nCOMMIT\n' | $program-restore; done
  ip -batch "$1/addresses"
  ipvsadm -R < "$1/ipvsadm"
  ipset restore < "$1/ipset"
  [ -s "$1/ipv4.save" ] && iptables-legacy-restore < "$1/ipv4.save"
  [ -s "$1/ipv6.save" ] && ip6tables-legacy-restore < "$1/ipv6.save"
}

if [ $# -gt 0 ]; then "$@"; exit; fi

unlimited
for node in nodes/*; do
  name=node${node#nodes/}
  ip netns add "$name"
  ip netns exec "$name" sh ./run.sh settings "$node/node.batch"
  for interface in $(cat "$node/interfaces"); do
    ip netns add "$name-$interface"
    ip -n "$name" link set "peer-$interface" netns "$name-$interface"
    ip -n "$name-$interface" -batch "$node/$interface.batch"
  done
  ip -n "$name" -batch "$node/routes.batch"
  ip -n "$name" -o link > "/run/$name.links"
  for case in "$node"/cases/*; do
    mkdir -p "/results/$case"
    ip netns exec "$name" sh ./run.sh load "$case" 2> "/results/$case/errors"
    perl packets.pl "$name" "/run/$name.links" "$case/probes" > "/results/$case/seen" 2>> "/results/$case/errors"
  done
done
