import type { BuildContext } from './context.js';
import type { Level } from './level.js';
import type { BuildNode } from './node.js';

const programs = ['generators', 'transformers', 'helmCharts', 'helmChartInflationGenerator'];

/**
 * Records the unsupported features of a level before its patches look for objects: charts rendered by Helm, plugins
 * (other programs), and custom schemas that determine how lists of custom resources are merged.
 */
export function noteLeftAlone(level: Level): void {
  for (const field of programs) for (const entry of level.list(field)) noteProgram(level.context, field, entry);
  if (level.kustomization.get('openapi') !== undefined) level.context.hasOwnSchema = true;
}

function noteProgram(context: BuildContext, field: string, entry: BuildNode): void {
  const name = entry.isMap ? entry.textAt('name') || entry.textAt('chartName') : (entry.text ?? '');
  const shown = JSON.stringify(name.length > 60 || name.includes('\n') ? `${name.slice(0, 40)}…` : name);
  if (field === 'generators') context.limit(entry.place, 'adds', `the generator ${shown} is a separate program`);
  else if (field === 'transformers')
    context.limit(entry.place, 'changes', `the transformer ${shown} is a separate program`);
  else context.limit(entry.place, 'adds', `the chart ${shown} must be rendered by Helm`);
}
