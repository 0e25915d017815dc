import { writeCluster } from './inputs/cluster.mjs';
import { writeDump } from './inputs/dump.mjs';
import { writeOverlays } from './inputs/overlays.mjs';
import { writeTree } from './inputs/tree.mjs';
import { writePieces } from './inputs/write.mjs';

/** The inputs, each made when a case first needs it. `size`: the number of pieces, for costs per piece. */
export const inputs = {
  '1000x10': {
    size: 1000 * 10,
    make: (path) => {
      writeCluster(path, { services: 1000, endpoints: 10 });
    },
  },
  '5000x10': {
    size: 5000 * 10,
    make: (path) => {
      writeCluster(path, { services: 5000, endpoints: 10 });
    },
  },
  '5000x10 changed': {
    size: 5000 * 10,
    make: (path) => {
      writeCluster(path, { services: 5000, endpoints: 10, changed: 10 });
    },
  },
  '1x1200': {
    size: 1200,
    make: (path) => {
      writeCluster(path, { services: 1, endpoints: 1200 });
    },
  },
  '10000x50': {
    size: 10000 * 50,
    make: (path) => {
      writeCluster(path, { services: 10000, endpoints: 50 });
    },
  },
  'tree of 1000': {
    size: 1000,
    make: (path) => {
      writeTree(path, { files: 1000 });
    },
  },
  'tree of 10000': {
    size: 10000,
    make: (path) => {
      writeTree(path, { files: 10000 });
    },
  },
  'overlays of 1000': {
    size: 1000,
    make: (path) => {
      writeOverlays(path, { files: 1000 });
    },
  },
  'dump of 1000000': {
    size: 1000000,
    make: (path) => {
      writeDump(path, { rules: 1000000 });
    },
  },
  'dump of 160000': {
    size: 160000,
    make: (path) => {
      writeDump(path, { rules: 160000 });
    },
  },
  'small file': {
    size: 1,
    make: (path) => {
      writePieces(path, [
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n',
      ]);
    },
  },
};

/** Small inputs for testing the benchmark itself. */
export const tinyInputs = {
  '1000x10': {
    size: 20,
    make: (path) => {
      writeCluster(path, { services: 10, endpoints: 2 });
    },
  },
  '5000x10': {
    size: 40,
    make: (path) => {
      writeCluster(path, { services: 20, endpoints: 2 });
    },
  },
  '5000x10 changed': {
    size: 40,
    make: (path) => {
      writeCluster(path, { services: 20, endpoints: 2, changed: 2 });
    },
  },
  '1x1200': {
    size: 4,
    make: (path) => {
      writeCluster(path, { services: 1, endpoints: 4 });
    },
  },
  '10000x50': {
    size: 60,
    make: (path) => {
      writeCluster(path, { services: 20, endpoints: 3 });
    },
  },
  'tree of 1000': {
    size: 5,
    make: (path) => {
      writeTree(path, { files: 5 });
    },
  },
  'tree of 10000': {
    size: 10,
    make: (path) => {
      writeTree(path, { files: 10 });
    },
  },
  'overlays of 1000': {
    size: 20,
    make: (path) => {
      writeOverlays(path, { files: 20 });
    },
  },
  'dump of 1000000': {
    size: 100,
    make: (path) => {
      writeDump(path, { rules: 100 });
    },
  },
  'dump of 160000': {
    size: 320,
    make: (path) => {
      writeDump(path, { rules: 320 });
    },
  },
  'small file': inputs['small file'],
};

/** Stages within one process; `stage` is a key in stages.ts. */
const inProcess = [
  ['generate restore', '1000x10'],
  ['generate restore', '5000x10'],
  ['generate restore', '10000x50', 'large'],
  ['generate save', '5000x10'],
  ['generate ipvsadm', '5000x10'],
  ['lint tree', 'tree of 1000'],
  ['lint tree', 'tree of 10000', 'large'],
  ['parse dump', 'dump of 1000000', 'large'],
  ['parse nftables list', '5000x10'],
  ['trace dump', 'dump of 160000'],
  ['regions', '5000x10'],
  ['migrate', '5000x10'],
  ['diff', '5000x10'],
  ['migrate', '1x1200'],
  ['diff', '1x1200'],
].map(([stage, input, large]) => ({
  kind: 'in process',
  name: `${stage}, ${input}, in process`,
  stage,
  input,
  large: large !== undefined,
}));

/** Whole processes; `unit`: what their time is divided by; `to`: a second input (see measure.mjs). */
const processes = [
  ['generate restore', '1000x10', ['generate', '--quiet', '--format', 'restore'], 'json'],
  ['generate restore', '5000x10', ['generate', '--quiet', '--format', 'restore'], 'json'],
  ['generate restore', '10000x50', ['generate', '--quiet', '--format', 'restore'], 'json', 'large'],
  ['generate save', '5000x10', ['generate', '--quiet', '--format', 'save'], 'json'],
  ['generate ipvsadm', '5000x10', ['generate', '--quiet', '--mode', 'ipvs'], 'json'],
  ['generate script', '5000x10', ['generate', '--quiet', '--mode', 'nftables', '--format', 'script'], 'json'],
  ['generate list', '5000x10', ['generate', '--quiet', '--mode', 'nftables'], 'json'],
  ['explain', '5000x10', ['explain', '--quiet'], 'json'],
  ['diff', '5000x10', ['diff', '--quiet'], 'json', undefined, '5000x10 changed'],
  ['migrate', '5000x10', ['migrate', '--quiet', '--to', 'nftables'], 'json'],
  ['lint', 'tree of 1000', ['lint', '--no-settings'], 'read'],
  ['lint', 'tree of 10000', ['lint', '--no-settings'], 'read', 'large'],
  ['lint', 'overlays of 1000', ['lint', '--no-settings'], 'read'],
  ['lint', 'small file', ['lint', '--no-settings'], 'start'],
  ['--version', undefined, ['--version'], 'start'],
].map(([verb, input, words, unit, large, to]) => ({
  kind: 'process',
  name: [verb, input].filter(Boolean).join(', '),
  words,
  input,
  to,
  unit,
  large: large !== undefined,
}));

export const cases = [...processes, ...inProcess];
