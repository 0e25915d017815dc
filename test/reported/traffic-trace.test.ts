/** Questions that people asked in public, traced. Their dumps are not part of the project; the right answers are. */
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { run } from '../support/run.js';

const folder = (name: string) => (file: string) => sharedPath('conformance', 'reported', 'traffic', name, file);

interface Answer {
  readonly outcomes: readonly { verdict: string; hook: string; destination: string; assumptions: string[] }[];
}

async function trace(at: (file: string) => string, dump: string, ...words: string[]): Promise<string[]> {
  const { out, err } = await run(['trace', '--format', 'json', '--host', at('host.json'), ...words, at(dump)]);
  if (out === '') throw new Error(err);
  return (JSON.parse(out) as Answer).outcomes.map(
    ({ verdict, hook, destination }) => `${verdict} ${hook} ${destination}`,
  );
}

describeWithSharedData('reported', () => {
  it('weave: what a bridge passes on may leave by the port that WEAVE-NPC accepts', async () => {
    const at = folder('07-weave-physdev');
    const from = ['--from', '10.32.0.5', '--in-interface', 'weave'];
    expect(await trace(at, 'node.save', '--to', '10.40.0.2:80', ...from)).toEqual([
      'ACCEPT POSTROUTING 10.40.0.2:80',
      'DROP FORWARD 10.40.0.2:80',
    ]);
    const routed = ['--from', '192.168.0.50', '--in-interface', 'eth0'];
    expect(await trace(at, 'node.save', '--to', '10.40.0.2:80', ...routed)).toEqual(['DROP FORWARD 10.40.0.2:80']);
  });

  it('istio: a transparent listener takes what TPROXY hands over', async () => {
    const at = folder('09-istio-tproxy');
    const to = ['--to', '10.244.1.5:8080', '--from', '10.244.1.9', '--in-interface', 'eth0'];
    const taken = ['ACCEPT INPUT 10.244.1.5:8080'];
    expect(await trace(at, 'pod.save', ...to, '--listening', 'tcp/15006')).toEqual(taken);
    expect(await trace(at, 'nosock.save', ...to, '--listening', 'tcp/15006')).toEqual(taken);
    expect(await trace(at, 'pod.save', ...to)).toEqual([...taken, 'DROP PREROUTING 10.244.1.5:8080']);
  });

  it('userspace mode: a Service that explain finds is found by trace', async () => {
    const at = folder('05-userspace-mode');
    expect(await trace(at, 'node.save', '--to', 'default/nginx:http', '--local')).toEqual([
      'ACCEPT INPUT 192.168.0.11:43925',
    ]);
  });
});
