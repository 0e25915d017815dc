import { formatVersion } from '../../../cluster/version.js';
import { quote } from '../../../diagnostics/quote.js';
import type { LintRule } from '../../rule.js';
import { textAt } from '../../values.js';

const servedSince: ReadonlyMap<string, number> = new Map([
  ['PreferClose', 31],
  ['PreferSameZone', 34],
  ['PreferSameNode', 34],
]);

export const trafficDistribution: LintRule = {
  id: 'api/traffic-distribution',
  severity: 'error',
  documentation: {
    summary: 'A trafficDistribution that this version of Kubernetes does not serve',
    why: `\`trafficDistribution\` asks for endpoints near the client. PreferClose is served from Kubernetes 1.31 on,
PreferSameZone (another name for it) and PreferSameNode from 1.34 on. The API server refuses other values, and so does a
cluster that is older than the value; 1.30 knows the field and drops it without a word.`,
    remedy: 'Use a value that your oldest cluster serves, or say which version you run with `--kube-version`.',
    falseAlarm: 'Where your clusters are newer than `--kube-version` says.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  trafficDistribution: PreferLocal
  selector:
    app: web
  ports:
  - port: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  trafficDistribution: PreferSameZone
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'KEP-4444 (PreferClose, 1.31), KEP-3015 (PreferSameZone and PreferSameNode, 1.34)',
      'https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-distribution',
    ],
  },
  *check({ services, facts: { version } }) {
    const served = [...servedSince].filter(([, since]) => version.minor >= since).map(([value]) => value);
    for (const { object, spec } of services) {
      const written = textAt(spec, 'trafficDistribution');
      if (written === '' || served.includes(written)) continue;
      const since = servedSince.get(written);
      const advice = since === undefined ? '' : `, which serves it from 1.${since} on`;
      const instead = served.length === 0 ? 'remove the field' : `use ${served.join(' or ')}`;
      yield {
        object,
        path: ['spec', 'trafficDistribution'],
        message:
          `trafficDistribution ${quote(written)} is not served by Kubernetes ${formatVersion(version)}${advice}; ` +
          `${instead}.`,
      };
    }
  },
};
