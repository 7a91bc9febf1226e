/** What a busy run writes: five request names, one of them the execution itself, with what reporters tell besides, and a gauge each second. */
const NAMES = ['session', 'execute', 'poll', 'result', 'list'];

export const beginLine = (startedAt: number): string =>
  JSON.stringify(['begin', 1, 'locust', '2.47.0', startedAt, { planHash: '', workflowHash: '', scriptHash: '', plan: {}, host: { os: 'linux', cpus: 2 } }]);

/** The same numbers each time, from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** What each tool writes besides, and all that a reporter may. */
export const WRITERS = {
  locust: () => ({}),
  k6: (iteration: number) => ({ iteration }),
  artillery: (iteration: number) => ({ bytes: 180 + (iteration % 40) }),
  any: (iteration: number) => ({ bytes: 180 + (iteration % 40), users: 50, iteration }),
} satisfies Record<string, (iteration: number) => object>;

export const endLine = (seconds: number, ratePerSecond: number): string => JSON.stringify(['end', 'planned', (seconds * ratePerSecond) / NAMES.length, 0, 0, 0, 0]);

/** The lines of one second, without their ends. Latencies from 20 ms to 120; one request of a hundred fails. */
export function linesOfSecond(second: number, ratePerSecond: number, writer: keyof typeof WRITERS = 'any'): string[] {
  const random = randomFrom(second);
  const lines = Array.from({ length: ratePerSecond }, (_, i) => {
    const name = NAMES[i % NAMES.length] ?? '';
    const endMicros = Math.floor((second + i / ratePerSecond) * 1e6);
    const durationMicros = Math.min(endMicros, Math.round(15_000 + Math.exp(random() * 3) * 5000));
    const fails = random() < 0.01;
    const isExecution = name === 'execute';
    const extra = {
      ...(isExecution ? { exec: true } : {}),
      ...(isExecution && !fails ? { checks: [2, []] } : {}),
      ...(random() < 0.02 ? { connectMicros: 800 } : {}),
      ...(i % NAMES.length === 0 ? { startLagMicros: Math.floor(random() * 500) } : {}),
      ...WRITERS[writer](Math.floor((second * ratePerSecond + i) / NAMES.length)),
      ...(fails ? { detail: 'status 503: {"detail":"no worker is free"}' } : {}),
    };
    return JSON.stringify(['req', endMicros - durationMicros, name, durationMicros, fails ? 'http_5xx' : 'ok', fails ? 503 : 200, extra]);
  });
  lines.push(JSON.stringify(['gauge', second * 1e6 + 980_000, 50, 12, (second + 1) * 400, 0, 0.8]));
  return lines;
}

/** As they come through a pipe. */
export function chunksOf(lines: readonly string[]): Buffer[] {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) => bytes.subarray(i * 65_536, (i + 1) * 65_536));
}
