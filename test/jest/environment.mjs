import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';
import { getVersion, transform } from 'sucrase';

/**
 * Node's environment, with a loader for the modules of src. jest itself would read, resolve and compile each of them for
 * every test file, which took a quarter of the suite's processor time. Here a worker compiles a module once; each test
 * file runs it anew, so test files share no state. `jest.mock` does not reach what modules of src import.
 */
export default class SourceEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const { globalConfig, projectConfig } = config;
    const isWatching = globalConfig.watch || globalConfig.watchAll;
    const modules = new Map();
    /** The exports of a module of src; `requirePackage` is jest's own. */
    const requireSource = (file, requirePackage) => {
      const known = modules.get(file);
      if (known !== undefined) return known.exports;
      const module = { exports: {} };
      modules.set(file, module);
      const run = compiled(file, projectConfig.cacheDirectory, isWatching).runInContext(this.getVmContext());
      const directory = dirname(file);
      const require = (name) =>
        name.startsWith('.') ? requireSource(sourceOf(directory, name), requirePackage) : requirePackage(name);
      run(module, module.exports, require, directory);
      return module.exports;
    };
    this.global.requireSource = requireSource;
  }
}

const sources = new Map();

/** Imports name `.js` files. Those of src are written in TypeScript, except the generated validators. */
function sourceOf(directory, name) {
  const key = `${directory} ${name}`;
  const known = sources.get(key);
  if (known !== undefined) return known;
  const file = join(directory, name);
  const typed = file.replace(/\.js$/, '.ts');
  const source = existsSync(typed) ? typed : file;
  sources.set(key, source);
  return source;
}

/** By file, with the time of its change: while jest watches, files change. */
const scripts = new Map();

function compiled(file, cacheDirectory, isWatching) {
  const mtimeMs = isWatching ? statSync(file).mtimeMs : 0;
  const known = scripts.get(file);
  if (known?.mtimeMs === mtimeMs) return known.script;
  const code = javaScript(readFileSync(file, 'utf8'), file, join(cacheDirectory, 'source'));
  const script = new Script(`(function (module, exports, require, __dirname) { ${code}\n})`, { filename: file });
  scripts.set(file, { mtimeMs, script });
  return script;
}

/** Sucrase keeps every line where it is, so stack traces show the right lines without source maps. */
function javaScript(source, file, cache) {
  const cached = join(cache, createHash('sha256').update(`${getVersion()} ${source}`).digest('hex'));
  if (existsSync(cached)) return readFileSync(cached, 'utf8');
  const transforms = file.endsWith('.ts') ? ['imports', 'typescript'] : ['imports'];
  const { code } = transform(source, { transforms, disableESTransforms: true, filePath: file });
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${cached}.${process.pid}`, code);
  renameSync(`${cached}.${process.pid}`, cached);
  return code;
}
