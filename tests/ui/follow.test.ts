import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Connection, follow, waitAfter } from '../../ui/src/lib/graphql/follow.ts';
import { graphql } from '../../ui/src/lib/graphql/graphql.ts';
import { type PanelSocket, RENEWED } from '../../ui/src/lib/graphql/socket.ts';
import { together } from '../../ui/src/lib/graphql/together.ts';

const document = graphql(`subscription Watch($runId: ID!, $afterSequence: Int) { runMetrics(runId: $runId, afterSequence: $afterSequence) { sequence } }`);

type Step = number | 'closed' | 'renewed' | 'refused' | 'failed' | 'failed with an answer' | 'completed';

const internal = { message: 'Something went wrong here.', extensions: { code: 'internal_error' } };

/** A socket whose connections each play their steps: sequences that arrive, then how the connection ends. `renew`: another token comes. */
function socket(...connections: readonly (readonly Step[])[]) {
  const asked: (number | null | undefined)[] = [];
  let another = Promise.withResolvers<void>();
  const renew = () => {
    another.resolve();
    another = Promise.withResolvers();
  };
  const client = {
    renewed: () => another.promise,
    iterate({ variables }: { variables: { afterSequence?: number } }) {
      const steps = connections[asked.length] ?? [];
      asked.push(variables.afterSequence);
      return (async function* () {
        for (const step of steps) {
          if (step === 'closed') throw new Error('1006');
          if (step === 'renewed') throw { code: RENEWED };
          if (step === 'failed') throw [internal];
          if (step === 'failed with an answer') {
            yield { data: null, errors: [internal] };
            continue;
          }
          if (step === 'refused') throw [{ message: 'There is no such run.' }];
          if (step === 'completed') return;
          yield { data: { runMetrics: { sequence: step } } };
        }
        await new Promise(() => {});
      })();
    },
  };
  return { asked, renew, client: client as unknown as PanelSocket };
}

async function watched(...connections: readonly (readonly Step[])[]) {
  const { asked, client } = socket(...connections);
  const seen: number[] = [];
  const states: Connection['kind'][] = [];
  let last = 0;
  await follow({
    socket: client,
    document,
    variables: () => ({ runId: 'r', afterSequence: last }),
    onData: ({ runMetrics }) => {
      last = runMetrics.sequence;
      seen.push(last);
    },
    onConnection: ({ kind }) => states.push(kind),
    signal: AbortSignal.timeout(5000),
    // The network is back at once: no waiting time is slept through.
    wake: () => Promise.resolve(),
  });
  return { asked, seen, states };
}

describe('a subscription', () => {
  it('that loses its connection asks for what came after its last message', async () => {
    const { asked, seen } = await watched([1, 2, 3, 'closed'], [4, 5, 'completed']);
    expect(asked).toEqual([0, 3]);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('says when it is lost and when it is back', async () => {
    const { states } = await watched([1, 'closed'], ['closed'], [2, 'completed']);
    expect(states.filter((state, i) => state !== states[i - 1])).toEqual(['connecting', 'live', 'lost', 'live', 'ended']);
  });

  /** Followed while tokens come and go. */
  function followed({ asked, client }: ReturnType<typeof socket>, wake: () => Promise<void>) {
    const states: Connection['kind'][] = [];
    const onData = () => {};
    const over = follow({ socket: client, document, variables: () => ({ runId: 'r', afterSequence: asked.length }), onData, onConnection: ({ kind }) => states.push(kind), signal: AbortSignal.timeout(5000), wake });
    return { states, over };
  }
  afterEach(() => void vi.useRealTimers());

  it('that is refused asks again when there is another token, as often as that is, and for no other reason', async () => {
    const playing = socket([1, 'refused'], ['refused'], [2, 'completed']);
    const { states, over } = followed(playing, () => Promise.resolve());
    for (const times of [1, 2]) {
      await expect.poll(() => states.filter((state) => state === 'refused')).toHaveLength(times);
      expect(playing.asked).toHaveLength(times);
      playing.renew();
    }
    await over;
    expect(playing.asked).toEqual([0, 1, 2]);
    expect(states.filter((state, i) => state !== states[i - 1])).toEqual(['connecting', 'live', 'refused', 'live', 'ended']);
  });

  it('that is lost tries at once when there is another token', async () => {
    vi.useFakeTimers();
    const playing = socket(['closed'], [1, 'completed']);
    const { states, over } = followed(playing, () => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(1);
    expect(states.at(-1)).toBe('lost');
    playing.renew();
    await vi.advanceTimersByTimeAsync(0);
    await over;
    expect(states.at(-1)).toBe('ended');
  });

  it.each(['failed', 'failed with an answer'] as const)('that %s inside of the server is lost for a while, and goes on after its last message', async (step) => {
    const { asked, seen, states } = await watched([1, step], [step], [2, 'completed']);
    expect(asked).toEqual([0, 1, 1]);
    expect(seen).toEqual([1, 2]);
    expect(states.filter((state, i) => state !== states[i - 1])).toEqual(['connecting', 'live', 'lost', 'live', 'ended']);
  });

  it('whose socket was replaced for another token goes on, and was never lost', async () => {
    const { asked, states } = await watched([1, 'renewed'], [2, 'completed']);
    expect(asked).toEqual([0, 1]);
    expect(states).not.toContain('lost');
  });

  it('ends at once when its page goes away', async () => {
    const { client } = socket([]);
    const page = new AbortController();
    const ended = follow({ socket: client, document, variables: () => ({ runId: 'r' }), onData: () => {}, onConnection: () => page.abort(), signal: page.signal, wake: () => new Promise(() => {}) });
    await expect(ended).resolves.toBeUndefined();
  });

  it('waits longer after each failure, but never for long', () => {
    expect([1, 2, 3, 4, 5, 50].map(waitAfter)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});

describe('two subscriptions of one page', () => {
  const live = { kind: 'live' } as const;
  const ended = { kind: 'ended' } as const;
  const refused = { kind: 'refused', message: 'There is no such run.' } as const;
  const lost = { kind: 'lost', retryAt: 5 } as const;
  it('are as well as the worse one, and what was refused is said', () => {
    expect(together(live, refused)).toBe(refused);
    expect(together(refused, lost)).toBe(refused);
    expect(together(live, lost)).toBe(lost);
    expect(together(live, { kind: 'connecting' })).toEqual({ kind: 'connecting' });
    expect(together(ended, live)).toBe(live);
    expect(together(ended, ended)).toBe(ended);
  });
  it('are lost until the first of them is tried again', () => expect(together(lost, { kind: 'lost', retryAt: 3 })).toEqual({ kind: 'lost', retryAt: 3 }));
});
