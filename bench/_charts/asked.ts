/** What `bench/charts.ts` asks of its page. */
export interface ChartsBench {
  /** Milliseconds until the three charts of a run of so many seconds stand there, and how long the paths are that were drawn. */
  drawnOnce(points: number): Promise<{ ms: number; pathLength: number }>;
  /** So many further seconds of a run that is watched, each told by itself and drawn: milliseconds of each. */
  watched(further: number, durationMs: number): Promise<number[]>;
}
