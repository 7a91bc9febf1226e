/** What a container has printed, line by line with its time, and whoever follows it. */
export interface LogQuery {
  readonly tailLines: number | null;
  /** Epoch milliseconds. */
  readonly since: number | null;
  readonly timestamps: boolean;
}

export interface Log {
  add(line: string): void;
  /** Nothing more comes: who follows it is told. */
  end(): void;
  /** What is there now; then, when asked for, each line as it comes. @returns ends it */
  read(query: LogQuery, onText: (text: string) => void, onEnd: (() => void) | null): () => void;
}

export function openLog(): Log {
  const lines: { readonly at: number; readonly line: string }[] = [];
  const followers = new Set<{ readonly onLine: (line: (typeof lines)[number]) => void; readonly onEnd: () => void }>();
  let ended = false;
  return {
    add(line) {
      const entry = { at: performance.timeOrigin + performance.now(), line };
      lines.push(entry);
      for (const { onLine } of followers) onLine(entry);
    },
    end() {
      ended = true;
      for (const { onEnd } of followers) onEnd();
      followers.clear();
    },
    read({ tailLines, since, timestamps }, onText, onEnd) {
      const text = ({ at, line }: (typeof lines)[number]) => `${timestamps ? `${rfc3339(at)} ` : ''}${line}\n`;
      const wanted = lines.filter(({ at }) => since === null || at >= since);
      onText((tailLines === null ? wanted : wanted.slice(Math.max(0, wanted.length - tailLines))).map(text).join(''));
      if (!onEnd) return () => {};
      if (ended) onEnd();
      const follower = { onLine: (entry: (typeof lines)[number]) => onText(text(entry)), onEnd };
      if (!ended) followers.add(follower);
      return () => followers.delete(follower);
    },
  };
}

/** With nine digits, as the kubelet writes it; the last three are zeros here. */
function rfc3339(ms: number): string {
  const micros = Math.floor((ms % 1) * 1000);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}000Z`;
}
