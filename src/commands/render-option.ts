import type { InputOptions } from '../files/inputs.js';
import { UsageError, type Arguments, type Option } from './command.js';

/** Options of all commands that read manifests from folders. */
export const renderOptions: readonly Option[] = [
  { name: 'render', description: 'render charts (folders with a Chart.yaml) by running helm template' },
  {
    name: 'values',
    value: 'FILE',
    multiple: true,
    description:
      'with --render: values for all charts; they override those of the chart, and later files override earlier ones',
  },
];

/** How to read inputs: `--render`, `--values`, and the version that charts see. Throws UsageError. */
export function renderOption(args: Arguments): InputOptions {
  const values = args.values('values');
  if (args.has('render')) return { render: { values, kubeVersion: args.value('kube-version') } };
  if (values.length > 0) throw new UsageError('--values goes with --render');
  return {};
}
