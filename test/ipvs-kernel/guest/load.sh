# load.sh RESULTS: loads the scenario in the current directory, and writes what the kernel then has to RESULTS.
ip link set lo up
for family in ipv4 ipv6; do
  [ -e "$family.ipvsadm" ] && ipvsadm -R < "$family.ipvsadm"
  [ -e "$family.ipset" ] && ipset restore < "$family.ipset"
  [ -e "$family.save" ] || continue
  program=$([ $family = ipv4 ] && echo iptables || echo ip6tables)-legacy
  $program-restore < "$family.save"
  $program-save > "$1/$family.save"
done
ipset save > "$1/ipset"
ipvsadm -S -n > "$1/ipvsadm"
