/* global process */
/** Preloaded into measured processes: on exit, tells file descriptor 3 what the process has used. */
const { readFileSync, writeSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, JSON.stringify({ peak: peakMemory(), cpu: (userCPUTime + systemCPUTime) / 1000 }));
});

/** Bytes. Linux counts what a process' parent had before `exec` into its maxRSS; VmHWM is its own. */
function peakMemory() {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
