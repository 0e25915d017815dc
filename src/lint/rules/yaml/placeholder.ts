import type { LintRule } from '../../rule.js';

const service = (name: string): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
`;

export const placeholder: LintRule = {
  id: 'yaml/placeholder',
  severity: 'info',
  documentation: {
    summary: 'A placeholder that nobody has filled in',
    why: `The file is a template: what \`envsubst\`, \`sed\` or a person puts in place of \`$NAME\`, \`\${NAME}\`,
\`<name>\`, \`__NAME__\`, \`{name}\`, \`{{name}}\`, \`<#if name>\`, \`#@ name\`, \`#{name}\`, \`%%%\`, \`A.B.C.D\` or \`YOUR_NAME\` is not there yet, and the API server refuses it as
it is. What else is wrong with the file cannot be said before, so this is the one finding about it. It is an error on
standard input, which is about to be applied, and \`generate\` and other commands refuse such a file.

A name and other fields left empty are a form to be filled in, too, and so is \`service_name\` in a file that is called a
template. Only values that the API server refuses count: \`$(NAME)\` in a container's arguments, or \`\${TAG}\` in an image, is
left alone.`,
    remedy: 'Fill the template in first: `envsubst < web.yaml | kubechains lint -`.',
    falseAlarm:
      'Where the value is meant literally. Nothing else is said of the file then: write it in another way, or accept the finding.',
    bad: service('$APP_NAME-web'),
    good: service('shop-web'),
    sources: ['API validation: names, labels, hosts and ports may hold no such characters'],
  },
  check: () => [],
};
