/** The tables. `migrations/` is generated from here (`npm run migration`) and `migrations/schema.sql` dumped from there. */
import { sql } from 'drizzle-orm';
import { bigint, boolean, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** A saved test: a workflow, a framework and a plan under a name. */
export const loadTest = pgTable(
  'load_test',
  {
    id: uuid('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    /** The host's own id; null for a definition that was given as text. */
    workflowId: text('workflow_id'),
    name: text('name').notNull(),
    framework: text('framework').notNull(),
    /** Encrypted original text. */
    definition: text('definition').notNull(),
    workflowHash: text('workflow_hash').notNull(),
    /** Encrypted JSON in PlanInput's shape: it holds what is sent. */
    plan: text('plan').notNull(),
    planHash: text('plan_hash').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull().default(sql`now()`),
    /** Numbers that its runs were given: none is given twice. */
    runsNumbered: integer('runs_numbered').notNull().default(0),
  },
  (t) => [index('load_test_by_workflow').on(t.organizationId, t.workflowId, t.createdAt)],
);

/** One run. What it measured stands in `performance_metric`; what it came to is settled here, once. */
export const loadTestRun = pgTable(
  'load_test_run',
  {
    id: uuid('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    loadTestId: uuid('load_test_id').references(() => loadTest.id, { onDelete: 'set null' }),
    /** Of the runs of its load test, from 1, in the order in which they came; null: it has none. */
    number: integer('number'),
    workflowId: text('workflow_id'),
    framework: text('framework').notNull(),
    frameworkVersion: text('framework_version'),
    place: text('place').notNull(),
    state: text('state').notNull(),
    moves: jsonb('moves').notNull(),
    workflowHash: text('workflow_hash').notNull(),
    /** Encrypted, as in `load_test`. */
    plan: text('plan').notNull(),
    planHash: text('plan_hash').notNull(),
    plannedDurationMs: integer('planned_duration_ms').notNull(),
    /** Encrypted: the bundle holds the definition. null: the run was made elsewhere, by a script that is not here. */
    script: text('script'),
    scriptHash: text('script_hash').notNull(),
    warnings: jsonb('warnings').notNull(),
    startedBy: text('started_by').notNull(),
    createdAt: moment('created_at').notNull().default(sql`now()`),
    /** Plan second 0, as the tool told it. */
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
    /** Sequence of the last stored batch of intervals. */
    sequence: integer('sequence').notNull().default(0),
    ending: jsonb('ending'),
    verdict: text('verdict'),
    /** Summary, steady part, objectives, requests and generator health, as they were settled. */
    result: jsonb('result'),
    stopAskedBy: text('stop_asked_by'),
    /** The server that accepted it and may write it, for as long as its lease holds. */
    owner: text('owner').notNull(),
    leaseUntil: moment('lease_until').notNull(),
    /** Of a run in shards: where, what each came to, what it costs. */
    fleet: jsonb('fleet'),
    /** Group, pid and start time of the tool, and the boot and host they belong to. */
    process: jsonb('process'),
    /** Runs that were asked for at once: the id of the first. */
    repeatGroup: uuid('repeat_group'),
    /** What kind of machine made the load, in words; null: an earlier version, which did not look. */
    hostFingerprint: text('host_fingerprint'),
    /** Of the definition that iterations alternate with; null: there is one only. */
    baselineWorkflowHash: text('baseline_workflow_hash'),
    /** Of runs that measured the same; null: an earlier version did not look. */
    comparedHash: text('compared_hash'),
    /** What its results came from; null: it was run here. */
    imported: jsonb('imported'),
    /** The same of the same results, however often they are brought. */
    importKey: text('import_key'),
    /** Intervals before this second are folded; all of them since then. */
    foldedUntil: integer('folded_until').notNull().default(0),
    foldedAt: moment('folded_at'),
  },
  (t) => [
    index('load_test_run_newest').on(t.organizationId, t.createdAt),
    index('load_test_run_by_test').on(t.organizationId, t.loadTestId, t.createdAt),
    index('load_test_run_by_workflow').on(t.organizationId, t.workflowId, t.createdAt),
    uniqueIndex('load_test_run_imported').on(t.organizationId, t.importKey),
    index('load_test_run_unsettled').on(t.leaseUntil).where(sql`${t.finishedAt} is null`),
    index('load_test_run_unfolded').on(t.finishedAt).where(sql`${t.foldedAt} is null and ${t.finishedAt} is not null`),
  ],
);

/** What trends are drawn of: of each settled run of a saved test a row of executions and one per request name, of the steady part. So narrow that ten thousand of them are read at once. */
export const runFigure = pgTable(
  'run_figure',
  {
    organizationId: text('organization_id').notNull(),
    runId: uuid('run_id')
      .notNull()
      .references(() => loadTestRun.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    loadTestId: uuid('load_test_id')
      .notNull()
      .references(() => loadTest.id, { onDelete: 'cascade' }),
    /** Of the run. */
    createdAt: moment('created_at').notNull(),
    /** When it started; of one that never did when it was asked for. */
    at: moment('at').notNull(),
    verdict: text('verdict'),
    /** The same of runs that have framework, version, place, machine, definition and plan in common: they are read once. */
    factsHash: uuid('facts_hash').notNull(),
    /** It came to its planned end, its generator kept up, and nothing was lost. */
    whole: boolean('whole').notNull(),
    p50Ms: doublePrecision('p50_ms'),
    p90Ms: doublePrecision('p90_ms'),
    p95Ms: doublePrecision('p95_ms'),
    p99Ms: doublePrecision('p99_ms'),
    p999Ms: doublePrecision('p999_ms'),
    maxMs: doublePrecision('max_ms'),
    meanMs: doublePrecision('mean_ms'),
    errorRatio: doublePrecision('error_ratio'),
    throughputPerSecond: doublePrecision('throughput_per_second'),
    checksRatio: doublePrecision('checks_ratio'),
    /** Of these numbers those that fall into what had no end in time. null: none does. */
    atLeast: text('at_least').array(),
  },
  (t) => [primaryKey({ name: 'run_figure_key', columns: [t.runId, t.kind, t.name] }), index('run_figure_of_test').on(t.loadTestId, t.kind, t.name, t.createdAt, t.runId)],
);

/** What runs elsewhere cost an organization: kept when the run is deleted. As estimated while it goes on, then as it took. */
export const cloudCost = pgTable(
  'cloud_cost',
  {
    runId: uuid('run_id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    /** USD. */
    amount: doublePrecision('amount').notNull(),
    at: moment('at').notNull().default(sql`now()`),
  },
  (t) => [index('cloud_cost_lately').on(t.organizationId, t.at)],
);

/** One row: by its id what servers on this database started elsewhere is told from what others did. */
export const installation = pgTable('installation', {
  id: uuid('id').primaryKey().defaultRandom(),
  one: boolean('one').notNull().default(true).unique('installation_one'),
});

/** A run that others of its test are compared with. One at a time; who pinned which, when and why stays. */
export const baseline = pgTable(
  'baseline',
  {
    id: uuid('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    loadTestId: uuid('load_test_id')
      .notNull()
      .references(() => loadTest.id, { onDelete: 'cascade' }),
    runId: uuid('run_id')
      .notNull()
      .references(() => loadTestRun.id, { onDelete: 'cascade' }),
    pinnedBy: text('pinned_by').notNull(),
    pinnedAt: moment('pinned_at').notNull().default(sql`now()`),
    reason: text('reason'),
    unpinnedAt: moment('unpinned_at'),
    /** In the order in which they were pinned, also of those of one millisecond. */
    number: bigint('number', { mode: 'number' }).generatedByDefaultAsIdentity().notNull(),
  },
  (t) => [uniqueIndex('baseline_pinned').on(t.loadTestId).where(sql`${t.unpinnedAt} is null`), index('baseline_history').on(t.loadTestId, t.pinnedAt), index('baseline_of_run').on(t.runId)],
);

/** One interval. The key holds the time column, as a hypertable needs; a late line adds a row under the next sequence. */
export const performanceMetric = pgTable(
  'performance_metric',
  {
    organizationId: text('organization_id').notNull(),
    runId: uuid('run_id')
      .notNull()
      .references(() => loadTestRun.id, { onDelete: 'cascade' }),
    /** Start of the second. */
    at: moment('at').notNull(),
    second: integer('second').notNull(),
    phase: text('phase').notNull(),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    shard: integer('shard').notNull(),
    sequence: integer('sequence').notNull(),
    /** Outcome -> number. */
    counts: jsonb('counts').notNull(),
    /** Successes: exact count, sum, minimum and maximum in microseconds. */
    latencyCount: integer('latency_count').notNull(),
    latencySumMicros: bigint('latency_sum_micros', { mode: 'number' }),
    latencyMinMicros: bigint('latency_min_micros', { mode: 'number' }),
    latencyMaxMicros: bigint('latency_max_micros', { mode: 'number' }),
    /** HdrHistogram V2, compressed, base64, microseconds, 3 digits. */
    histogram: text('histogram'),
    slower: jsonb('slower').notNull(),
    newConnections: integer('new_connections').notNull(),
    checksPassed: integer('checks_passed').notNull().default(0),
    checksFailed: integer('checks_failed').notNull().default(0),
    examples: jsonb('examples').notNull(),
    /** On the whole-run row of a second only. */
    users: integer('users'),
    inFlight: integer('in_flight'),
    iterationsStarted: integer('iterations_started'),
    dropped: integer('dropped'),
    lagMs: doublePrecision('lag_ms'),
    cpuRatio: doublePrecision('cpu_ratio'),
    memoryBytes: bigint('memory_bytes', { mode: 'number' }),
    /** This is the whole-run row of its second, whatever its gauges. */
    wholeRun: boolean('whole_run').notNull(),
    /** That it is about: 1, or more of a run that was folded. */
    seconds: integer('seconds').notNull().default(1),
    /** Of several what was counted in each of them, packed; the gauges too. */
    eachSecond: text('each_second'),
  },
  (t) => [
    primaryKey({ name: 'performance_metric_key', columns: [t.runId, t.at, t.phase, t.kind, t.name, t.shard, t.sequence] }),
    index('performance_metric_tail').on(t.runId, t.sequence),
  ],
);

/** What the tool of a run printed, a row per line, bounded and without secrets. */
export const runLog = pgTable(
  'run_log',
  {
    organizationId: text('organization_id').notNull(),
    runId: uuid('run_id')
      .notNull()
      .references(() => loadTestRun.id, { onDelete: 'cascade' }),
    /** From 0, without gaps. */
    line: integer('line').notNull(),
    text: text('text').notNull(),
  },
  (t) => [primaryKey({ name: 'run_log_key', columns: [t.runId, t.line] })],
);

/** What somebody wrote beside a run: what was changed before it, why it is odd. */
export const runNote = pgTable(
  'run_note',
  {
    /** In the order in which they were written, also of those of one millisecond. */
    number: bigint('number', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    organizationId: text('organization_id').notNull(),
    runId: uuid('run_id')
      .notNull()
      .references(() => loadTestRun.id, { onDelete: 'cascade' }),
    text: text('text').notNull(),
    writtenBy: text('written_by').notNull(),
    writtenAt: moment('written_at').notNull().default(sql`now()`),
  },
  (t) => [index('run_note_of_run').on(t.runId, t.number)],
);

/** Somebody of the organization saw what these nodes do outside and agreed that a load test does it for real. */
export const effectAcknowledgement = pgTable(
  'effect_acknowledgement',
  {
    organizationId: text('organization_id').notNull(),
    workflowHash: text('workflow_hash').notNull(),
    targetOrigin: text('target_origin').notNull(),
    effectsHash: text('effects_hash').notNull(),
    acknowledgedBy: text('acknowledged_by').notNull(),
    acknowledgedAt: moment('acknowledged_at').notNull().default(sql`now()`),
  },
  (t) => [primaryKey({ name: 'effect_acknowledgement_key', columns: [t.organizationId, t.workflowHash, t.targetOrigin, t.effectsHash] })],
);
