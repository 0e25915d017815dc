/* global process */
/** Preloaded into measured processes: on exit, writes the resources that the process used to file descriptor 3. */
const { readFileSync, writeSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, JSON.stringify({ peak: peakMemory(), cpu: (userCPUTime + systemCPUTime) / 1000 }));
});

/** Bytes. On Linux, maxRSS includes the parent process' memory before `exec`; VmHWM is only the process' own. */
function peakMemory() {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
