/**
 * The one entry of a shard: `node plugin/shard.ts` in a container. Its task comes from the environment; what it measures goes to standard
 * output, what keeps it from running to standard error, and then it exits with 1.
 */
import process from 'node:process';

const stopped = new AbortController();
// Before all else is loaded: as the first process of a container it would not even hear a signal that it has no handler for.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopped.abort(new Error(`Stopped by ${signal}.`)));
// Nobody reads it any more: whoever ordered this load is gone.
process.stdout.on('error', () => stopped.abort(new Error('Nobody reads what this shard measures any more.')));

try {
  const { main } = await import('./shard/main.ts');
  await main(stopped.signal);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
