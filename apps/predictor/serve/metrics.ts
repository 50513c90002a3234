/** Counters of the service in the Prometheus text format. */
export interface Metrics {
  /** Counts an answer. */
  answered(path: string, status: number, seconds: number): void;
  text(gauges: Readonly<Record<string, number>>): string;
}

/** Upper bounds of the latency histogram, seconds. */
const BUCKETS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60];

export function metrics(): Metrics {
  // Paths and statuses come from fixed sets, so this cannot grow without bound.
  const requests = new Map<string, number>();
  const buckets = new Array<number>(BUCKETS.length).fill(0);
  let count = 0;
  let sum = 0;
  return {
    answered(path, status, seconds) {
      const labels = `path="${path}",status="${status}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      if (path !== "/predict" || status !== 200) return;
      count++;
      sum += seconds;
      BUCKETS.forEach((bound, b) => {
        if (seconds <= bound) buckets[b]++;
      });
    },
    text(gauges) {
      const lines = [
        "# TYPE predictor_requests_total counter",
        ...[...requests].map(([labels, n]) => `predictor_requests_total{${labels}} ${n}`),
        "# TYPE predictor_predict_seconds histogram",
        ...BUCKETS.map((bound, b) =>
          `predictor_predict_seconds_bucket{le="${bound}"} ${buckets[b]}`
        ),
        `predictor_predict_seconds_bucket{le="+Inf"} ${count}`,
        `predictor_predict_seconds_sum ${sum}`,
        `predictor_predict_seconds_count ${count}`,
        ...Object.entries(gauges).flatMap(([name, value]) => [
          `# TYPE predictor_${name} gauge`,
          `predictor_${name} ${value}`,
        ]),
      ];
      return lines.join("\n") + "\n";
    },
  };
}
