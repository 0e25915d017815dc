/**
 * The meaning of iptables rules, one fact each. By default, rules are in OUTPUT of filter, and the packet is the node's
 * own SYN to 10.96.0.50:80.
 */
import type { Outcome } from '../../src/trace/outcome.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { node, traceText, type Asked } from './support/tracers.js';

const filter = (rules: string, policy = 'ACCEPT', chains = ''): string =>
  `*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ${policy} [0:0]\n${chains}${rules}\nCOMMIT\n`;
const nat = (rules: string, chains = ''): string =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${chains}${rules}\nCOMMIT\n`;
const one = (outcomes: readonly Outcome[]): Outcome => {
  const [only, ...others] = outcomes;
  if (only === undefined || others.length > 0) throw new Error(`${outcomes.length} outcomes`);
  return only;
};
const verdictOf = (rules: string, asked: Asked = {}, policy = 'ACCEPT', chains = ''): string =>
  one(traceText(filter(rules, policy, chains), asked)).verdict;
/** Whether a condition is met. */
const meets = (condition: string, asked: Asked = {}): boolean =>
  verdictOf(`-A OUTPUT ${condition} -j DROP`, asked) === 'DROP';

describe('control flow', () => {
  it('takes the first rule that decides', () => {
    expect(verdictOf('-A OUTPUT -j ACCEPT\n-A OUTPUT -j DROP')).toBe('ACCEPT');
  });

  it('goes on after MARK, LOG and rules without target', () => {
    expect(
      verdictOf('-A OUTPUT -j MARK --set-xmark 0x1/0x1\n-A OUTPUT -j LOG\n-A OUTPUT -p tcp\n-A OUTPUT -j DROP'),
    ).toBe('DROP');
  });

  it('RETURN in a built-in chain is its policy', () => {
    expect(verdictOf('-A OUTPUT -j RETURN\n-A OUTPUT -j ACCEPT', {}, 'DROP')).toBe('DROP');
  });

  it('the end of a chain goes back to its caller', () => {
    expect(verdictOf('-A OUTPUT -j A\n-A OUTPUT -j DROP\n-A A -p udp -j ACCEPT', {}, 'ACCEPT', ':A - [0:0]\n')).toBe(
      'DROP',
    );
  });

  it("goto and RETURN go back to the caller's caller", () => {
    const rules = '-A OUTPUT -j A\n-A OUTPUT -j DROP\n-A A -g B\n-A A -j ACCEPT\n-A B -j RETURN';
    expect(verdictOf(rules, {}, 'ACCEPT', ':A - [0:0]\n:B - [0:0]\n')).toBe('DROP');
  });

  it('goto from a built-in chain and RETURN is the policy', () => {
    expect(verdictOf('-A OUTPUT -g B\n-A OUTPUT -j ACCEPT\n-A B -j RETURN', {}, 'DROP', ':B - [0:0]\n')).toBe('DROP');
  });

  it('ACCEPT ends a table at a hook only: later tables are asked too', () => {
    const rules = `*mangle\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -j ACCEPT\nCOMMIT\n${filter('-A OUTPUT -j DROP')}`;
    expect(one(traceText(rules, {})).verdict).toBe('DROP');
  });

  it('a chain reached in a circle, which the kernel refuses, comes to an end', () => {
    expect(verdictOf('-A OUTPUT -j A\n-A A -j A', {}, 'ACCEPT', ':A - [0:0]\n')).toBe('DROP');
  });

  it('chains that each jump twice to the next come to an end, however deep they are', () => {
    const depth = 40;
    const names = Array.from({ length: depth }, (_, index) => `C${index}`);
    const jumps = names.flatMap((name, index) =>
      index + 1 < depth ? [`-A ${name} -j C${index + 1}`, `-A ${name} -j C${index + 1}`] : [],
    );
    const chains = names.map((name) => `:${name} - [0:0]\n`).join('');
    const last = `-A C${depth - 1} -p udp -j DROP`;
    const rules = ['-A OUTPUT -j C0', ...jumps, last, '-A OUTPUT -j DROP'].join('\n');
    expect(one(traceText(filter(rules, 'ACCEPT', chains), {})).verdict).toBe('DROP');
  });

  it('a dropping policy is told as the step that decided', () => {
    const outcome = one(traceText(filter('-A OUTPUT -p udp -j ACCEPT', 'DROP'), {}));
    expect(outcome.steps.at(-1)).toEqual({
      hook: 'OUTPUT',
      table: 'filter',
      chain: 'OUTPUT',
      rule: 0,
      text: 'policy DROP',
      effect: 'dropped',
    });
  });
});

/**
 * Counted by Linux 6.18 for UDP datagrams that arrived by eth0 (192.168.0.2/24; cni0 has 10.244.0.1/24, the default
 * route leads out by eth0).
 */
describe('rpfilter', () => {
  const outcomesOf = (options: string, from: string, inInterface = 'eth0'): Outcome[] =>
    traceText(
      `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -m rpfilter${options} -j DROP\nCOMMIT\n`,
      { protocol: 'udp', to: '192.168.0.2', from, inInterface },
      {
        ...node,
        interfaces: [
          { name: 'eth0', addresses: ['192.168.0.2/24'] },
          { name: 'cni0', addresses: ['10.244.0.1/24'] },
        ],
      },
    );

  it.each([
    ['192.168.0.9', true, true, true],
    ['10.244.0.5', false, true, false],
    ['203.0.113.77', true, true, true],
    ['192.168.0.2', false, false, true],
    ['10.244.0.1', false, false, false],
  ])('of %s by eth0 matches alone %s, --loose %s, --accept-local %s', (from, alone, loose, acceptsLocal) => {
    const matches = (options: string): boolean[] =>
      outcomesOf(options, from).map(({ steps }) => steps.some(({ table, rule }) => table === 'raw' && rule === 1));
    expect(['', ' --loose', ' --accept-local', ' --validmark --invert'].map(matches)).toEqual([
      [alone],
      [loose],
      [acceptsLocal],
      [!alone],
    ]);
  });

  it("says what it takes for granted of a source that is in no interface's subnet", () => {
    expect(one(outcomesOf(' --invert', '203.0.113.77')).assumptions).toContain(
      'answers to 203.0.113.77 leave by eth0, by which it came in (rpfilter)',
    );
    expect(one(outcomesOf(' --invert', '192.168.0.9')).assumptions.join()).not.toContain('rpfilter');
  });
});

/** iptables keeps control characters in comments, and xt_comment.c always matches. */
it('a comment with a control character matches', () => {
  expect(meets('-m comment --comment "a\u001b[31mb\u0007" -p tcp')).toBe(true);
  expect(meets('-m comment --comment "a\u001b[31mb\u0007" -p udp')).toBe(false);
  expect(
    parseDump({ name: 'dump', text: filter('-A OUTPUT -m comment --comment "a\u001b[31mb" -j DROP') }).findings,
  ).toEqual([]);
});

describe('protocols', () => {
  /**
   * In IANA's registry tcp is the only name of 6, and the kernel compares numbers (ip_packet_match,
   * net/ipv4/netfilter/ip_tables.c).
   */
  const strangers = [
    'ipv4',
    'ipencap',
    '4',
    'mptcp',
    'icmp6',
    'carp',
    'ospfigp',
    'ospf',
    'udp',
    'icmp',
    'ipv6',
    'esp',
    '253',
    'some-name-of-our-own',
  ];

  it.each(strangers)('no TCP packet matches -p %s', (name) => {
    expect(meets(`-p ${name}`)).toBe(false);
    expect(meets(`! -p ${name}`)).toBe(true);
  });

  /** iptables 1.8.9 saves rules with these names without -p. */
  it.each(['ip', 'hopopt', 'all', '0'])('every packet matches -p %s', (name) => {
    expect(meets(`-p ${name}`)).toBe(true);
  });

  it.each(['tcp', 'TCP', '6'])('TCP packets match -p %s', (name) => {
    expect(meets(`-p ${name}`)).toBe(true);
  });

  it('what stands twice on a line is no protocol of a strange name', () => {
    expect(
      traceText(filter('-A OUTPUT -p tcp -p udp -j DROP'), {})
        .map(({ verdict }) => verdict)
        .sort(),
    ).toEqual(['ACCEPT', 'DROP']);
  });
});

describe('hooks', () => {
  const everywhere = ['raw', 'mangle', 'nat', 'filter', 'security']
    .map((table) => {
      const chains: Record<string, string> = {
        raw: 'PREROUTING OUTPUT',
        mangle: 'PREROUTING INPUT FORWARD OUTPUT POSTROUTING',
        nat: 'PREROUTING INPUT OUTPUT POSTROUTING',
        filter: 'INPUT FORWARD OUTPUT',
        security: 'INPUT FORWARD OUTPUT',
      };
      const names = chains[table]?.split(' ') ?? [];
      return `*${table}\n${names.map((name) => `:${name} ACCEPT [0:0]\n`).join('')}${names.map((name) => `-A ${name} -m comment --comment x\n`).join('')}COMMIT\n`;
    })
    .join('');
  const walk = (asked: Asked): string =>
    one(traceText(everywhere, asked, node, { listening: ['tcp/80'] }))
      .steps.map(({ table, chain }) => `${table} ${chain}`)
      .join(', ');

  it('a packet for elsewhere: PREROUTING, FORWARD, POSTROUTING', () => {
    expect(walk({ from: '203.0.113.1', inInterface: 'eth0' })).toBe(
      'raw PREROUTING, mangle PREROUTING, nat PREROUTING, ' +
        'mangle FORWARD, filter FORWARD, security FORWARD, mangle POSTROUTING, nat POSTROUTING',
    );
  });

  it('a packet for the node: PREROUTING, INPUT with nat last', () => {
    expect(walk({ from: '203.0.113.1', inInterface: 'eth0', to: '192.168.0.2' })).toBe(
      'raw PREROUTING, mangle PREROUTING, nat PREROUTING, ' + 'mangle INPUT, filter INPUT, security INPUT, nat INPUT',
    );
  });

  it('a packet of the node: OUTPUT, POSTROUTING', () => {
    expect(walk({})).toBe(
      'raw OUTPUT, mangle OUTPUT, nat OUTPUT, filter OUTPUT, security OUTPUT, mangle POSTROUTING, nat POSTROUTING',
    );
  });

  it('a packet of the node to itself comes in again by lo, where nat has no more say', () => {
    expect(walk({ to: '192.168.0.2' })).toBe(
      'raw OUTPUT, mangle OUTPUT, nat OUTPUT, filter OUTPUT, security OUTPUT, mangle POSTROUTING, nat POSTROUTING, ' +
        'raw PREROUTING, mangle PREROUTING, mangle INPUT, filter INPUT, security INPUT',
    );
  });

  it('filter sees the address after DNAT', () => {
    const rules =
      nat('-A OUTPUT -p tcp -j DNAT --to-destination 10.244.2.5:8080') +
      filter('-A OUTPUT -d 10.244.2.5/32 -p tcp -m tcp --dport 8080 -j DROP');
    expect(one(traceText(rules, {}))).toMatchObject({
      verdict: 'DROP',
      hook: 'OUTPUT',
      destination: '10.244.2.5:8080',
    });
  });

  it('the connection of a packet that arrives again by lo is confirmed', () => {
    const rules = ['POSTROUTING', 'INPUT'].map(
      (hook) => `-A ${hook} -m conntrack --ctstatus CONFIRMED -j MARK --set-xmark 0x1/0x1`,
    );
    const text = `*mangle\n:INPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
    const [outcome] = traceText(text, { to: '192.168.0.2' });
    expect(outcome?.steps.map(({ chain }) => chain)).toEqual(['INPUT']);
  });

  it('NOTRACK keeps nat out', () => {
    const rules = `*raw\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -j CT --notrack\nCOMMIT\n${nat('-A OUTPUT -p tcp -j DNAT --to-destination 10.244.2.5:8080')}`;
    expect(one(traceText(rules, {})).destination).toBe('10.96.0.50:80');
  });
});

describe('conditions', () => {
  it.each([
    ['-d 10.96.0.50/32', true],
    ['-d 10.96.0.0/16', true],
    ['! -d 10.96.0.50/32', false],
    ['-d 10.96.0.51/32', false],
    ['-s 192.168.0.2/32', true],
    ['! -s 0.0.0.0/0', false],
    ['-d 10.0.0.50/255.0.0.255', true],
    ['-p tcp', true],
    ['! -p tcp', false],
    ['-p udp', false],
    ['-p 6', true],
    ['-o eth0', true],
    ['-o eth+', true],
    ['! -o eth0', false],
    ['-o eth', false],
    ['-f', false],
    ['-p tcp -m tcp --dport 80', true],
    ['-p tcp -m tcp ! --dport 80', false],
    ['-p tcp -m tcp --dport 70:90', true],
    ['-p tcp -m tcp --dport 81:90', false],
    ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN', true],
    ['-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN', false],
    ['-p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK', false],
    ['-p tcp -m multiport --dports 22,80,443', true],
    ['-p tcp -m multiport --dports 1:79', false],
    ['-p tcp -m multiport ! --dports 22', true],
    ['-m conntrack --ctstate NEW', true],
    ['-m conntrack --ctstate RELATED,ESTABLISHED', false],
    ['-m conntrack ! --ctstate INVALID', true],
    ['-m conntrack --ctstate DNAT', false],
    ['-m state --state NEW', true],
    ['-m conntrack --ctorigdst 10.96.0.0/16', true],
    ['-m conntrack --ctdir REPLY', false],
    ['-m conntrack --ctstatus NONE', false],
    ['-m conntrack ! --ctstatus NONE', true],
    ['-m conntrack --ctstatus CONFIRMED', false],
    ['-m conntrack --ctstatus NONE,CONFIRMED', false],
    ['-m conntrack ! --ctstatus SEEN_REPLY,ASSURED', true],
    ['-m conntrack --ctexpire 0', true],
    ['-m mark --mark 0x0', true],
    ['-m mark ! --mark 0x4000/0x4000', true],
    ['-m connmark --mark 0x1', false],
    ['-m iprange --dst-range 10.96.0.1-10.96.0.99', true],
    ['-m iprange ! --src-range 192.168.0.1-192.168.0.9', false],
    ['-m addrtype --dst-type LOCAL', false],
    ['-m addrtype --src-type LOCAL', true],
    ['-m addrtype ! --dst-type LOCAL', true],
    ['-m addrtype --dst-type UNICAST', true],
    ['-m physdev --physdev-is-in', false],
    ['-m physdev ! --physdev-is-in', true],
    ['-m pkttype --pkt-type unicast', true],
    ['-m statistic --mode random --probability 0', false],
    ['-m statistic --mode random --probability 1', true],
    ['-m comment --comment x', true],
    ['-m recent --set --name x', true],
  ])('%s: %s', (condition, expected) => {
    expect(meets(condition)).toBe(expected);
  });

  it.each([
    ['127.0.0.1', 'LOCAL', true],
    ['127.8.9.10', 'LOCAL', true],
    ['192.168.0.2', 'LOCAL', true],
    ['192.168.0.3', 'LOCAL', false],
    ['192.168.0.255', 'BROADCAST', true],
    ['192.168.0.0', 'BROADCAST', false],
    ['10.244.1.1', 'LOCAL', true],
    ['255.255.255.255', 'BROADCAST', true],
    ['224.0.0.1', 'MULTICAST', true],
    ['8.8.8.8', 'UNICAST', true],
  ])('%s is %s: %s', (to, type, expected) => {
    expect(meets(`-m addrtype --dst-type ${type}`, { to })).toBe(expected);
  });

  it('echo requests have a type and no ports', () => {
    expect(meets('-p icmp -m icmp --icmp-type 8', { protocol: 'icmp' })).toBe(true);
    expect(meets('-p icmp -m icmp --icmp-type 0', { protocol: 'icmp' })).toBe(false);
    expect(meets('-p tcp -m tcp --dport 0:65535', { protocol: 'icmp' })).toBe(false);
  });

  it('owner never fits what comes from elsewhere', () => {
    const rules = '*mangle\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -m owner --uid-owner 0 -j DROP\nCOMMIT\n';
    expect(one(traceText(rules, { from: '203.0.113.1', inInterface: 'eth0' })).verdict).toBe('ACCEPT');
  });
});

describe('marks', () => {
  it.each([
    ['--set-xmark 0xf0/0xff', '0xf0'],
    ['--or-mark 0x6', '0x7'],
    ['--xor-mark 0x3', '0x2'],
    ['--and-mark 0xfffffffe', '0x0'],
    ['--set-mark 0x8/0x8', '0x9'],
    ['--set-xmark 0x1/0x0', '0x0'],
  ])('%s makes 0x1 %s', (change, mark) => {
    const rules = `-A OUTPUT -j MARK --set-xmark 0x1/0xffffffff\n-A OUTPUT -j MARK ${change}\n-A OUTPUT -m mark --mark ${mark} -j DROP`;
    expect(verdictOf(rules)).toBe('DROP');
  });

  it('--set-xmark 0x4000/0x4000 keeps the other bits', () => {
    expect(
      verdictOf(
        '-A OUTPUT -j MARK --set-xmark 0x1/0x1\n-A OUTPUT -j MARK --set-xmark 0x4000/0x4000\n-A OUTPUT -m mark --mark 0x4001 -j DROP',
      ),
    ).toBe('DROP');
  });

  it('CONNMARK saves and restores', () => {
    expect(
      verdictOf(
        '-A OUTPUT -j CONNMARK --set-xmark 0x5/0xffffffff\n-A OUTPUT -j CONNMARK --restore-mark\n-A OUTPUT -m mark --mark 0x5 -j DROP',
      ),
    ).toBe('DROP');
  });
});

describe('chance', () => {
  const cascade = (count: number): string =>
    Array.from({ length: count }, (_, index) => {
      const chance =
        index === count - 1
          ? ''
          : `-m statistic --mode random --probability ${(Math.round(2 ** 31 / (count - index)) / 2 ** 31).toFixed(11)} `;
      return `-A OUTPUT -p tcp ${chance}-j DNAT --to-destination 10.244.${index >> 8}.${index & 255}:80`;
    }).join('\n');

  it.each([2, 3, 5, 100])('a cascade of %d rules gives equal shares', (count) => {
    const shares = traceText(nat(cascade(count)), {}).map(({ probability }) => probability);
    expect(shares).toHaveLength(count);
    for (const share of shares) expect(share).toBeCloseTo(1 / count, 7);
  });

  it('five thousand endpoints are five thousand outcomes', () => {
    const outcomes = traceText(nat(cascade(5000)), {});
    expect(outcomes).toHaveLength(5000);
    expect(Math.max(...outcomes.map(({ probability }) => Math.abs(probability * 5000 - 1)))).toBeLessThan(1.4e-6);
  });

  it("a third is the kernel's third, out of 2³¹", () => {
    expect(
      traceText(filter('-A OUTPUT -m statistic --mode random --probability 0.33333333349 -j DROP'), {}).map(
        ({ probability }) => probability,
      ),
    ).toEqual([715827883 / 2 ** 31, 1 - 715827883 / 2 ** 31]);
  });

  it('a negated chance is the rest', () => {
    expect(traceText(filter('-A OUTPUT -m statistic --mode random ! --probability 0.25 -j DROP'), {})[0]).toMatchObject(
      { verdict: 'DROP', probability: 0.75 },
    );
  });

  it('every nth is one in n, and says that the counter is unknown', () => {
    const [dropped] = traceText(filter('-A OUTPUT -m statistic --mode nth --every 4 --packet 0 -j DROP'), {});
    expect(dropped).toMatchObject({ verdict: 'DROP', probability: 0.25 });
    expect(dropped?.assumptions.join()).toContain('counter');
  });
});

describe('what is not known', () => {
  it('goes both ways, each with what it rests on', () => {
    const outcomes = traceText(filter('-A OUTPUT -m limit --limit 5/min -j ACCEPT', 'DROP'), {});
    expect(outcomes.map(({ verdict, assumptions }) => [verdict, assumptions])).toEqual([
      ['ACCEPT', ['-m limit --limit 5/min holds']],
      ['DROP', ['-m limit --limit 5/min does not hold']],
    ]);
  });

  it("has one answer for a packet's whole way", () => {
    const rules =
      '-A OUTPUT -m owner --uid-owner 7 -j MARK --set-xmark 0x1/0x1\n-A OUTPUT -m owner ! --uid-owner 7 -j ACCEPT\n-A OUTPUT -m mark ! --mark 0x1/0x1 -j DROP';
    expect(traceText(filter(rules), {}).map(({ verdict }) => verdict)).toEqual(['ACCEPT', 'ACCEPT']);
  });

  it('may match or not where the words are not understood', () => {
    expect(traceText(filter('-A OUTPUT -m frobnicate --level 9 -j DROP'), {}).map(({ verdict }) => verdict)).toEqual([
      'DROP',
      'ACCEPT',
    ]);
  });

  it('does not part ways where a rule only logs', () => {
    const rules = Array.from({ length: 40 }, (_, index) => `-A OUTPUT -m limit --limit ${index + 1}/min -j LOG`).join(
      '\n',
    );
    expect(one(traceText(filter(rules), {})).steps[0]?.effect).toBe('logged, if it matches');
  });

  it('is bounded, and says so', () => {
    const rules = Array.from(
      { length: 40 },
      (_, index) => `-A OUTPUT -m frobnicate --level ${index} -j MARK --set-xmark 0x1/0x1`,
    ).join('\n');
    const outcomes = traceText(filter(rules), {});
    expect(outcomes.length).toBeLessThanOrEqual(2001);
    expect(
      outcomes.some(({ assumptions }) => assumptions.some((text) => text.startsWith('of more than 2000 ways'))),
    ).toBe(true);
    expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
  });

  it("includes whether a destination is the node's own, without facts of the node", () => {
    const outcomes = traceText(
      nat('-A PREROUTING -m addrtype --dst-type LOCAL -p tcp -j DNAT --to-destination 10.244.2.5:80'),
      { to: '192.168.0.2', from: '203.0.113.1', inInterface: 'eth0' },
      null,
    );
    expect(outcomes.map(({ destination, assumptions }) => [destination, assumptions[0]])).toEqual([
      ['10.244.2.5:80', '192.168.0.2 is an address of the node'],
      ['192.168.0.2:80', '192.168.0.2 is not an address of the node'],
    ]);
  });

  it('a set that was not given may hold the packet or not', () => {
    expect(
      traceText(filter('-A OUTPUT -m set --match-set blocked dst -j DROP'), {}).map(({ verdict }) => verdict),
    ).toEqual(['DROP', 'ACCEPT']);
  });
});

describe('recent lists', () => {
  it('--set always matches, and --rcheck of the same list then does too', () => {
    expect(verdictOf('-A OUTPUT -m recent --set --name seen\n-A OUTPUT -m recent --rcheck --name seen -j DROP')).toBe(
      'DROP',
    );
  });

  it('a list that was not touched may know the client or not', () => {
    expect(
      traceText(filter('-A OUTPUT -m recent --rcheck --seconds 60 --name seen -j DROP'), {}).map(
        ({ verdict, assumptions }) => [verdict, assumptions],
      ),
    ).toEqual([
      ['DROP', ['the recent list seen contains 192.168.0.2, seen within the last 60 s']],
      ['ACCEPT', ['192.168.0.2 is a new client: no recent list contains it']],
    ]);
  });
});

describe('nat', () => {
  const incoming: Asked = { from: '203.0.113.1', inInterface: 'eth0' };

  it('MASQUERADE takes the address of the interface the packet leaves by', () => {
    const rules = nat('-A PREROUTING -p tcp -j DNAT --to-destination 10.244.1.5:80\n-A POSTROUTING -j MASQUERADE');
    expect(one(traceText(rules, incoming))).toMatchObject({ masqueraded: true, destination: '10.244.1.5:80' });
    expect(one(traceText(rules, incoming)).steps.at(-1)?.effect).toBe('source becomes 10.244.1.1');
  });

  it('MASQUERADE of what goes to the node itself takes, in IPv6, the address it goes to', () => {
    const rules = nat('-A POSTROUTING -j MASQUERADE');
    expect(
      one(traceText(rules, { to: '::1', from: 'fd00::2' }, node, { listening: ['tcp/80'] })).steps.at(-1)?.effect,
    ).toBe('source becomes ::1');
    expect(
      one(traceText(rules, { to: '127.0.0.1', from: '192.168.0.2' }, node, { listening: ['tcp/80'] })).steps.at(-1)
        ?.effect,
    ).toBe('source becomes 192.168.0.2');
  });

  it("REDIRECT leads to the interface's own address, in OUTPUT to localhost", () => {
    expect(one(traceText(nat('-A PREROUTING -p tcp -j REDIRECT --to-ports 9'), incoming)).destination).toBe(
      '192.168.0.2:9',
    );
    expect(one(traceText(nat('-A OUTPUT -p tcp -j REDIRECT --to-ports 9'), {})).destination).toBe('127.0.0.1:9');
  });

  it("NETMAP keeps the host's bits", () => {
    expect(one(traceText(nat('-A OUTPUT -d 10.96.0.0/16 -j NETMAP --to 10.99.0.0/16'), {})).destination).toBe(
      '10.99.0.50:80',
    );
  });

  it('a DNAT range picks by the client: every address is possible', () => {
    const outcomes = traceText(nat('-A OUTPUT -p tcp -j DNAT --to-destination 10.0.0.1-10.0.0.4:80-90'), {});
    expect(outcomes.map(({ destination, probability }) => [destination, probability])).toEqual([
      ['10.0.0.1:80', 0.25],
      ['10.0.0.2:80', 0.25],
      ['10.0.0.3:80', 0.25],
      ['10.0.0.4:80', 0.25],
    ]);
    expect(outcomes.map(({ steps }) => steps.map(({ chain, rule, effect }) => `${chain} ${rule}: ${effect}`))).toEqual(
      [1, 2, 3, 4].map((last) => [`OUTPUT 1: destination becomes 10.0.0.${last}:80`]),
    );
  });

  it('SNAT counts as masqueraded', () => {
    expect(one(traceText(nat('-A POSTROUTING -j SNAT --to-source 192.168.0.9'), {})).masqueraded).toBe(true);
  });
});

describe('routing', () => {
  const incoming: Asked = { from: '203.0.113.1', inInterface: 'eth0' };

  it('127.0.0.0/8 from outside needs route_localnet', () => {
    expect(one(traceText(filter(''), { ...incoming, to: '127.0.0.1' }, node, { routesLoopback: false })).verdict).toBe(
      'DROP',
    );
  });

  it("the node's own address is no source for what comes in", () => {
    expect(one(traceText(filter(''), { from: '192.168.0.2', inInterface: 'eth0' })).verdict).toBe('DROP');
  });

  it('nothing is forwarded where forwarding is off', () => {
    expect(one(traceText(filter(''), incoming, node, { forwards: false })).verdict).toBe('DROP');
  });

  it('a connection to the node itself is refused unless something listens there', () => {
    const asked = { ...incoming, to: '192.168.0.2', port: 22 };
    expect(one(traceText(filter(''), asked)).verdict).toBe('REJECT');
    expect(one(traceText(filter(''), asked, node, { listening: ['tcp/22'] })).verdict).toBe('ACCEPT');
  });

  it("a subnet's own address in IPv6 is every router's, and so the node's (seen in Linux 6.18)", () => {
    const asked = { ...incoming, from: '2001:db8::7', to: 'fd00::' };
    expect(one(traceText(filter(''), asked))).toMatchObject({ hook: 'INPUT' });
    expect(one(traceText(filter(''), { ...asked, to: 'fd00::1:0' }))).toMatchObject({ hook: 'POSTROUTING' });
  });

  it('a ping of the node is answered', () => {
    expect(one(traceText(filter(''), { ...incoming, protocol: 'icmp', to: '192.168.0.2' }))).toMatchObject({
      verdict: 'ACCEPT',
      destination: '192.168.0.2',
    });
  });
});
