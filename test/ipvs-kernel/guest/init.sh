#!/bin/sh
# The first program of the emulated machine: sets it up, runs /job/run.sh and sends /results to the second serial line.
export PATH=/usr/sbin:/usr/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
exec < /dev/console > /dev/console 2>&1
echo /usr/bin/modprobe > /proc/sys/kernel/modprobe
for module in crc32c_generic ip_vs xt_set xt_ipvs ip_set_hash_ip ip_set_hash_ipport ip_set_hash_ipportip ip_set_hash_ipportnet \
  ip_set_bitmap_port iptable_nat iptable_filter ip6table_nat ip6table_filter dummy veth; do
  modprobe "$module" || echo "no module $module"
done
ip link set lo up
mkdir -p /results
cd /job && sh ./run.sh
stty -F /dev/ttyS1 raw
tar -c -C /results . > /dev/ttyS1
sync
poweroff -f
