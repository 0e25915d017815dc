export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Medians of samples. Ratios are computed within each sample first, because a slow moment of the machine affects both
 * parts.
 */
export function summarise(samples) {
  const marks = Object.fromEntries(
    Object.keys(samples[0].marks ?? {}).map((name) => [name, median(samples.map((sample) => sample.marks[name]))]),
  );
  return {
    wall: median(samples.map(({ wall }) => wall)),
    cpu: median(samples.map(({ cpu }) => cpu)),
    fastest: Math.min(...samples.map(({ wall }) => wall)),
    unit: median(samples.map(({ unit }) => unit)),
    units: median(samples.map(({ wall, unit }) => wall / unit)),
    cpuUnits: median(samples.map(({ cpu, unitCpu }) => cpu / unitCpu)),
    peak: Math.max(...samples.map(({ peak }) => peak)),
    runs: samples.length,
    ...(Object.keys(marks).length > 0 && { marks }),
  };
}
