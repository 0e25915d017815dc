import { quote } from '../../../diagnostics/quote.js';
import type { Fix, Path } from '../../../diagnostics/finding.js';
import { offsetAt } from '../../../manifests/lines.js';
import { sourceAt, type ManifestObject } from '../../../manifests/types.js';
import { isPortNumber } from '../../model/ports.js';
import { portNameFault } from '../../model/syntax.js';
import type { LintRule } from '../../rule.js';

export const targetPortName: LintRule = {
  id: 'api/target-port-name',
  severity: 'error',
  documentation: {
    summary: 'A targetPort string is not a port name',
    why: `A targetPort is a number, or the name of a container port. Names follow RFC 6335: 1 to 15 lower-case letters, digits and \`-\`, with a letter among
them. The API server refuses anything else. A number in quotes (\`"8080"\`) is a string, therefore a name, and one without a letter.`,
    remedy: "Write numbers without quotes; for a name, use the very name that the container's port has.",
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    fixes: 'removes the quotes around a number',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: "8080"
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: 8080
`,
    sources: [
      'API validation of Services: spec.ports[].targetPort is a port number or an IANA_SVC_NAME',
      'https://www.rfc-editor.org/rfc/rfc6335#section-5.1',
    ],
  },
  *check({ services }) {
    for (const { object, ports } of services) {
      for (const { targetPort, path } of ports) {
        if (typeof targetPort !== 'string') continue;
        const fault = portNameFault(targetPort);
        if (fault === undefined) continue;
        const place = [...path, 'targetPort'];
        const fix = withoutQuotes(object, place, targetPort);
        const advice =
          fix === undefined ? "use a port number, or the name of the container's port" : 'remove the quotes';
        const message = `targetPort ${quote(targetPort)} ${fault}, so the API server refuses the Service; ${advice}.`;
        yield { object, path: place, message, ...(fix === undefined ? {} : { fix }) };
      }
    }
  },
};

/** The fix for a port number in quotes, which is unambiguous. */
function withoutQuotes(object: ManifestObject, path: Path, text: string): Fix | undefined {
  if (!/^[1-9]\d*$/.test(text) || !isPortNumber(Number(text))) return undefined;
  const { start, end } = object.locate(path);
  const source = sourceAt(object, path);
  const [startOffset, endOffset] = [offsetAt(source, start), offsetAt(source, end)];
  const written = source.text.slice(startOffset, endOffset);
  if (written !== `"${text}"` && written !== `'${text}'`) return undefined;
  return { description: 'Remove the quotes.', edits: [{ startOffset, endOffset, text }] };
}
