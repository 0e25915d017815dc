/** Dumps with parts that kube-proxy does not write; test:ipvs loads the first into a kernel and reads it back. */
export const ipvsadmDump = `-A -t 10.0.0.1:80 -s wrr
-a -t 10.0.0.1:80 -r 10.1.0.1:8080 -m -w 100
-a -t 10.0.0.1:80 -r 10.1.0.2:80 -g -w 0
-a -t 10.0.0.1:80 -r 10.1.0.3:80 -i -w 1 --tun-type ipip
-A -u 10.0.0.1:53 -s rr -o
-A -t [fd00::1]:443 -s sh -p 360 -M 64 -b sh-fallback,sh-port
-A -f 7 -s lc -p 50 -M 255.255.255.0
-a -f 7 -r 10.1.0.1:0 -g -w 1
-A -f 8 -6 -s fo
`;

/** Printed by ipset 7.17. */
export const ipsetDump = `create A hash:ip family inet hashsize 1024 maxelem 65536 timeout 0 counters comment bucketsize 12 initval 0x55c4ea60
add A 1.2.3.4 timeout 0 packets 0 bytes 0 comment "a\\b"
add A 1.2.3.9 timeout 5000 packets 0 bytes 0
create B hash:net family inet hashsize 1024 maxelem 65536 skbinfo bucketsize 8 initval 0x12345678
add B 10.0.0.0/8 nomatch skbmark 0x1111/0xff00ffff
create D hash:net,iface family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x6bd02608
add D 10.0.0.0/8,physdev:eth0
create F hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0xd7cd89c0
add F 1.2.3.4,icmp:echo-request
create C list:set size 8
add C A
`;
