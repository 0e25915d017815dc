# traffic.sh RESULTS: this machine is the node; two clients and three servers are namespaces of their own. Who answered each of a
# client's connections goes to RESULTS, one line each.
# The shell would take busybox' own ip, which knows no namespaces.
ip() { /usr/bin/ip "$@"; }

echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv4/vs/conntrack

# attach NAME SUBNET: NAME has SUBNET.1, the node SUBNET.254.
attach() {
  ip netns add "$1"
  ip link add "$1" type veth peer name eth0 netns "$1"
  ip addr add "$2.254/24" dev "$1"
  ip link set "$1" up
  ip -n "$1" link set lo up
  ip -n "$1" addr add "$2.1/24" dev eth0
  ip -n "$1" link set eth0 up
  ip -n "$1" route add default via "$2.254"
}

for number in 1 2 3; do
  attach "server$number" "10.244.$number"
  mkdir -p "/www/$number"
  echo "10.244.$number.1" > "/www/$number/name"
  ip netns exec "server$number" httpd -p 8080 -h "/www/$number"
done
attach client1 10.9.1
attach client2 10.9.2

# A process of the node itself, which answers on all of the node's addresses.
mkdir -p /www/node
echo node > /www/node/name
httpd -p 81 -h /www/node

# connect CLIENT ADDRESS PORT COUNT: whoever answers each time, else `refused`, else `no answer`.
connect() {
  for _ in $(seq "$4"); do
    printf 'GET /name HTTP/1.0\r\n\r\n' | ip netns exec "$1" nc -w 5 "$2" "$3" 2>&1 |
      sed -n '/refused/s/.*/refused/; /timed out/s/.*/no answer/; $p' | grep . || echo 'no answer'
  done
}

ip link add kube-ipvs0 type dummy
while read -r address; do ip addr add "$address/32" dev kube-ipvs0; done < traffic/ipv4.addresses
connect client1 10.96.0.50 81 1 > "$1/unprotected"

ipset restore < traffic/ipv4.ipset
ipvsadm -R < traffic/ipv4.ipvsadm
iptables-legacy-restore < traffic/ipv4.save

connect client1 10.96.0.50 80 30 > "$1/rr"
ip addr add 192.168.0.2/32 dev lo
connect client1 192.168.0.2 30080 9 > "$1/node-port"
connect client1 10.96.0.50 81 1 > "$1/protected"
connect client1 10.96.0.51 80 12 > "$1/persistent.1"
connect client2 10.96.0.51 80 12 > "$1/persistent.2"
connect client1 10.96.0.52 80 1 > "$1/no-endpoints"
connect client1 203.0.113.7 80 1 > "$1/admitted"
connect client2 203.0.113.7 80 1 > "$1/not-admitted"
connect client1 203.0.113.8 80 1 > "$1/admitted-by-zero"

ipvsadm -C
ipvsadm -R < traffic/weightless.ipvsadm
connect client1 10.96.0.50 80 20 > "$1/weight-0"
