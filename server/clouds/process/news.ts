/** What one shard tells: its lines, and how it ended. */
import type { FleetNews } from '../cloud.ts';
import type { ShardProcess } from './shard-process.ts';

/** Settles when its process has ended and all of its output is read, or with the signal. */
export async function followShard(process: ShardProcess, tell: (news: FleetNews) => void, signal: AbortSignal): Promise<void> {
  const { shard, lines } = process;
  tell({ shard, state: 'running', reason: null });
  const end = () => void lines.return?.();
  signal.addEventListener('abort', end, { once: true });
  for (let next = await lines.next(); !next.done && !signal.aborted; next = await lines.next()) tell({ shard, line: next.value });
  signal.removeEventListener('abort', end);
  if (signal.aborted) return;
  const { code, signal: endedBy, failure } = await process.exit;
  if (code === 0) tell({ shard, state: 'succeeded', reason: null });
  else tell({ shard, state: 'failed', reason: failure ?? (endedBy === null ? `It ended with exit code ${code}${said(process)}` : `It was ended by ${endedBy}${said(process)}`) });
}

function said(process: ShardProcess): string {
  const words = process.lastWords();
  return words === '' ? '.' : `: ${words}`;
}
