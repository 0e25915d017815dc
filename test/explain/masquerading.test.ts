/** explain does not claim masquerading if KUBE-POSTROUTING masquerades nothing; the rules are recorded in golden/. */
import { readFileSync } from 'node:fs';
import { explain } from '../../src/explain/explain.js';
import { readTarget } from '../../src/explain/target.js';
import { RuleIndex } from '../../src/explain/rules/rule-index.js';
import { masqueradeFault } from '../../src/explain/rules/masquerading.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { fromDump } from './support/knowledge.js';

const recorded = readFileSync('golden/nodeport/iptables.ipv4.save', 'utf8');
const jump = /^-A POSTROUTING .*-j KUBE-POSTROUTING\n/m;
const masquerade = /^-A KUBE-POSTROUTING .*-j MASQUERADE.*\n/m;
const unlessMarked = /^-A KUBE-POSTROUTING -m mark ! --mark 0x4000\/0x4000 -j RETURN$/m;

function faultOf(text: string): string | undefined {
  const [dump] = parseDump({ name: 'node.save', text }).dumps;
  return dump === undefined ? undefined : masqueradeFault(new RuleIndex(dump.ruleSet));
}

describe('explain', () => {
  it.each([
    [
      'nothing leads to KUBE-POSTROUTING',
      recorded.replace(jump, ''),
      'no rule of POSTROUTING jumps to KUBE-POSTROUTING',
    ],
    [
      'nothing masquerades',
      recorded.replace(masquerade, ''),
      'KUBE-POSTROUTING has no rule that masquerades marked packets',
    ],
    [
      'a rule lost its mark match',
      recorded.replace(unlessMarked, '-A KUBE-POSTROUTING -j RETURN'),
      'lost its mark match and returns every packet',
    ],
  ])('says where marks are of no use: %s', (_name, text, fault) => {
    expect(text).not.toBe(recorded);
    expect(faultOf(text)).toContain(fault);
    const { explanation } = explain(fromDump(text), readTarget('default/web', 'default'));
    const [port] = explanation?.kind === 'service' ? explanation.ports : [];
    expect(port?.reasons.map(({ message }) => message)).toContainEqual(expect.stringContaining(fault) as string);
    expect(new Set(port?.traffic.filter(({ fate }) => fate === 'delivered').map(({ source }) => source))).toEqual(
      new Set(['client']),
    );
    expect(port?.notes.join(' ')).not.toContain('A Pod that reaches itself');
    const overview = explain(fromDump(text), undefined).explanation;
    expect(overview?.kind === 'overview' ? overview.notes.map(({ message }) => message) : []).toContainEqual(
      expect.stringContaining(fault) as string,
    );
  });

  it.each(['iptables.ipv4.save', 'iptables.ipv4.restore', 'ipvs.ipv4.save'])(
    'finds no fault in what kube-proxy programs: %s',
    (file) => {
      expect(faultOf(readFileSync(`golden/nodeport/${file}`, 'utf8'))).toBeUndefined();
    },
  );

  it('knows the one rule that older kube-proxies had', () => {
    expect(
      faultOf(
        recorded
          .replace(/^-A KUBE-POSTROUTING .*\n/gm, '')
          .replace(
            /COMMIT\n$/,
            '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -m mark --mark 0x4000/0x4000 -j MASQUERADE\nCOMMIT\n',
          ),
      ),
    ).toBeUndefined();
  });
});
