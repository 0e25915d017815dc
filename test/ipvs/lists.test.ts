/** The lists of ipset and ipvsadm for people, compared with what they save: the same sets and virtual servers. */
import { parseIpset } from '../../src/ipvs/parse-ipset.js';
import { parseIpsetList } from '../../src/ipvs/parse-ipset-list.js';
import { parseIpvsadm } from '../../src/ipvs/parse-ipvsadm.js';
import { parseIpvsadmList } from '../../src/ipvs/parse-ipvsadm-list.js';
import { looksLikeIpset, looksLikeIpsetList, looksLikeIpvsadm } from '../../src/ipvs/recognise.js';
import { sortTexts } from '../../src/node/sort-texts.js';
import { readDumps } from '../../src/node/read-dumps.js';

const setsOf = (text: string) => parseIpsetList({ name: 'sets', text });
const serversOf = (text: string) => parseIpvsadmList({ name: 'servers', text });

/** Printed by ipset 7.17, like its saved form of the same sets. */
const listed = `Name: S
Type: hash:ip,port
Revision: 7
Header: family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x682405d0
Size in memory: 348
References: 1
Number of entries: 1
Members:
10.0.0.1,tcp:80 timeout 299 packets 0 bytes 0 comment "a b"

Name: N
Type: hash:net
Revision: 7
Header: family inet6 hashsize 1024 maxelem 65536 bucketsize 12 initval 0x37935f9e
Size in memory: 1312
References: 0
Number of entries: 1
Members:
fd00::/64 nomatch

Name: L
Type: list:set
Revision: 3
Header: size 8
Size in memory: 128
References: 0
Number of entries: 1
Members:
S
`;
const saved = `create S hash:ip,port family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x682405d0
add S 10.0.0.1,tcp:80 timeout 299 packets 0 bytes 0 comment "a b"
create N hash:net family inet6 hashsize 1024 maxelem 65536 bucketsize 12 initval 0x37935f9e
add N fd00::/64 nomatch
create L list:set size 8
add L S
`;

describe('ipset list', () => {
  it('holds what ipset save holds', () => {
    expect(looksLikeIpset(listed)).toBe(true);
    expect(setsOf(listed)).toEqual(parseIpset({ name: 'sets', text: saved }));
    expect(setsOf(listed.replaceAll('\n', '\r\n'))).toEqual(setsOf(listed));
  });

  it('tells that elements are missing', () => {
    const terse = listed.replace(/^Members:\n.+\n/gm, '');
    const { sets, findings } = setsOf(terse);
    expect(sets.map(({ elements }) => elements)).toEqual([[], [], []]);
    expect(findings.map(({ rule, message, range }) => [rule, range.start.line, message])).toEqual([
      ['dump/missing-members', 1, expect.stringContaining('The set "S" has 1 entries, but only 0 are listed')],
      ['dump/missing-members', 9, expect.stringContaining('"N"')],
      ['dump/missing-members', 17, expect.stringContaining('"L"')],
    ]);
  });

  it.each([
    ['Name: S\nType: hash:ip\nHeader: family\n', '3:15 the line ends before the value of family'],
    ['Name: S\nType: hash\n', '2:7 "hash" is not a type of set'],
    ['Name: S\nType: hash:ip\nMembers:\nroot@node:~#\n', '4:1 "root@node:~#" is not a member of a set'],
    ['Type: hash:ip\n', '1:1 ipset list begins each set with a line "Name:"'],
    ['Name: S\nType: hash:ip\nName: S\n', '3:7 the set "S" is listed above'],
    ['Name: S\nType: hash:ip\nColour: red\n', '3:1 "Colour:" does not begin a line of ipset list'],
  ])('%j', (text, message) => {
    expect(
      setsOf(text).findings.map((one) => `${one.range.start.line}:${one.range.start.column} ${one.message}`),
    ).toEqual([message]);
  });

  it('is none where a manifest has a name and a type', () => {
    expect(looksLikeIpsetList('Name: web\nType: ClusterIP\n')).toBe(false);
  });
});

/** In the columns of ipvsadm 1.31 (print_service_entry in its source). */
const list = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.1:443 rr persistent 10800 mask 255.255.255.0
  -> 192.168.0.11:6443            Masq    1      4          0         
  -> 192.168.0.12:6443            Route   0      0          0         
UDP  10.96.0.10:53 rr ops
  -> 10.244.0.2:53                Masq    1      0          12        
TCP  [fd00::1]:443 sh (sh-fallback,sh-port)
  -> [fd00:10::2]:6443            Tunnel  3      0          0         
FWM  7 IPv6 wlc
TCP  10.96.0.20:80 rr
`;
const asSaved = `-A -t 10.96.0.1:443 -s rr -p 10800 -M 255.255.255.0
-a -t 10.96.0.1:443 -r 192.168.0.11:6443 -m -w 1
-a -t 10.96.0.1:443 -r 192.168.0.12:6443 -g -w 0
-A -u 10.96.0.10:53 -s rr -o
-a -u 10.96.0.10:53 -r 10.244.0.2:53 -m -w 1
-A -t [fd00::1]:443 -s sh -b sh-fallback,sh-port
-a -t [fd00::1]:443 -r [fd00:10::2]:6443 -i -w 3
-A -f 7 -6 -s wlc
-A -t 10.96.0.20:80 -s rr
`;

describe('ipvsadm -L -n', () => {
  it('holds what ipvsadm -S -n holds', () => {
    expect(looksLikeIpvsadm(list)).toBe(true);
    expect(serversOf(list)).toEqual(parseIpvsadm({ name: 'servers', text: asSaved }));
  });

  it('is read without its title', () => {
    const body = list.split('\n').slice(3).join('\n');
    expect(looksLikeIpvsadm(body)).toBe(true);
    expect(serversOf(body)).toEqual(serversOf(list));
  });

  it.each([
    [
      '--stats',
      'Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes',
      '        5       30       21     2804     3M',
    ],
    [
      '--rate',
      'Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS',
      '        0        0        0        0        0',
    ],
    [
      '--thresholds',
      'Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn ',
      ' 0          0          0          0         ',
    ],
  ])('with %s: servers, and that no scheduler and weight is known', (_, title, numbers) => {
    const text = `${title}\n  -> RemoteAddress:Port\nTCP  10.96.0.1:443            ${numbers}\n  -> 192.168.0.11:6443          ${numbers}\n`;
    const { virtualServers, findings } = serversOf(text);
    expect(virtualServers).toEqual([
      {
        service: { kind: 'address', protocol: 'tcp', address: '10.96.0.1', port: 443 },
        scheduler: 'rr',
        realServers: [{ address: '192.168.0.11', port: 6443, forwarding: 'masquerade', weight: 1 }],
      },
    ]);
    expect(findings.map(({ rule, range }) => [rule, range.start.line])).toEqual([['dump/short-ipvsadm', 1]]);
  });

  it('with --persistent-conn: weights, too', () => {
    const { virtualServers } = serversOf(
      'Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn \n  -> RemoteAddress:Port\n' +
        'TCP  10.96.0.1:443 \n  -> 192.168.0.11:6443            5         0           0          0         \n',
    );
    expect(virtualServers[0]?.realServers[0]?.weight).toBe(5);
  });

  it.each([
    [
      'TCP  node-1:https rr\n',
      '1:6 "node-1:https" is not an address and port (without -n, ipvsadm prints names: run ipvsadm -S -n)',
    ],
    ['  -> 10.0.0.1:80 Masq 1 0 0\n', '1:3 there is no virtual server above this real server'],
    ['TCP  10.0.0.1:80 rr\n  -> 10.0.0.2:80 Mask 1 0 0\n', '2:18 "Mask" is not a way of forwarding'],
    ['TCP  10.0.0.1:80 rr persistant 3\n', '1:21 "persistant" is not a flag of a virtual server'],
  ])('%j', (text, message) => {
    expect(
      serversOf(text).findings.map((one) => `${one.range.start.line}:${one.range.start.column} ${one.message}`)[0],
    ).toBe(message);
  });
});

it('lists of all programs in one text are told apart, line by line', async () => {
  const rules = '-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n-A OUTPUT -j ACCEPT\n';
  const text = `# iptables -t nat -S\n${rules}\n# ipset list\n${listed}# ipvsadm -Ln\n${list}`;
  const { contents, findings, dump } = await readDumps(sortTexts([{ name: 'node', text }]));
  expect(findings.map(({ rule }) => rule)).toEqual(['dump/guessed-tables']);
  expect(dump.commands).toEqual(['iptables-save', 'ipset save', 'ipvsadm -S -n']);
  const ipv4 = contents.find(({ family }) => family === 'ipv4');
  expect(ipv4?.ruleSet.tables.map(({ name, rules: own }) => [name, own.length])).toEqual([['nat', 1]]);
  expect(ipv4?.virtualServers).toHaveLength(3);
  expect(contents.flatMap(({ sets }) => sets).map(({ name }) => name)).toEqual(expect.arrayContaining(['S', 'N', 'L']));
});
