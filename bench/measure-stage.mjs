/**
 * Child process of run.mjs: `node --expose-gc measure-stage.mjs STAGES.js STAGE INPUT RUNS`. Measures runs of a stage
 * and of its unit alternately and writes the samples as JSON. Garbage of a run is collected before the next one,
 * outside the measured time.
 */
const [file, name, input, runs] = process.argv.slice(2);
const { stages } = await import(file);
const stage = (await stages[name]?.(input)) ?? unknown();
const samples = [];
await sample();
for (let run = 0; run < Number(runs); run++) samples.push(await sample());
process.stdout.write(JSON.stringify(samples));

/** An older revision may not have the stage. */
function unknown() {
  process.stderr.write(`there is no stage ${name}\n`);
  process.exit(4);
}

async function sample() {
  const unit = await timed(() => {
    stage.unit();
  });
  const marks = {};
  const { wall, cpu } = await timed(async () => {
    Object.assign(marks, await stage.run());
  });
  return { wall, cpu, unit: unit.wall, unitCpu: unit.cpu, marks };
}

async function timed(work) {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000 };
}
