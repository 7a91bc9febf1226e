create table baseline (
    id uuid not null,
    organization_id text not null,
    load_test_id uuid not null,
    run_id uuid not null,
    pinned_by text not null,
    pinned_at timestamp(3) with time zone not null default now(),
    reason text,
    unpinned_at timestamp(3) with time zone,
    number bigint not null,
    constraint baseline_pkey PRIMARY KEY (id),
    constraint baseline_load_test_id_load_test_id_fk FOREIGN KEY (load_test_id) REFERENCES load_test(id) ON DELETE CASCADE,
    constraint baseline_run_id_load_test_run_id_fk FOREIGN KEY (run_id) REFERENCES load_test_run(id) ON DELETE CASCADE
);
CREATE INDEX baseline_history ON public.baseline USING btree (load_test_id, pinned_at);
CREATE INDEX baseline_of_run ON public.baseline USING btree (run_id);
CREATE UNIQUE INDEX baseline_pinned ON public.baseline USING btree (load_test_id) WHERE (unpinned_at IS NULL);

create table cloud_cost (
    run_id uuid not null,
    organization_id text not null,
    amount double precision not null,
    at timestamp(3) with time zone not null default now(),
    constraint cloud_cost_pkey PRIMARY KEY (run_id)
);
CREATE INDEX cloud_cost_lately ON public.cloud_cost USING btree (organization_id, at);

create table effect_acknowledgement (
    organization_id text not null,
    workflow_hash text not null,
    target_origin text not null,
    effects_hash text not null,
    acknowledged_by text not null,
    acknowledged_at timestamp(3) with time zone not null default now(),
    constraint effect_acknowledgement_key PRIMARY KEY (organization_id, workflow_hash, target_origin, effects_hash)
);

create table installation (
    id uuid not null default gen_random_uuid(),
    one boolean not null default true,
    constraint installation_one UNIQUE (one),
    constraint installation_pkey PRIMARY KEY (id)
);

create table load_test (
    id uuid not null,
    organization_id text not null,
    workflow_id text,
    name text not null,
    framework text not null,
    definition text not null,
    workflow_hash text not null,
    plan text not null,
    plan_hash text not null,
    created_by text not null,
    created_at timestamp(3) with time zone not null default now(),
    runs_numbered integer not null default 0,
    constraint load_test_pkey PRIMARY KEY (id)
);
CREATE INDEX load_test_by_workflow ON public.load_test USING btree (organization_id, workflow_id, created_at);

create table load_test_run (
    id uuid not null,
    organization_id text not null,
    load_test_id uuid,
    workflow_id text,
    framework text not null,
    framework_version text,
    place text not null,
    state text not null,
    moves jsonb not null,
    workflow_hash text not null,
    plan text not null,
    plan_hash text not null,
    planned_duration_ms integer not null,
    script text,
    script_hash text not null,
    warnings jsonb not null,
    started_by text not null,
    created_at timestamp(3) with time zone not null default now(),
    started_at timestamp(3) with time zone,
    finished_at timestamp(3) with time zone,
    sequence integer not null default 0,
    ending jsonb,
    verdict text,
    result jsonb,
    stop_asked_by text,
    owner text not null,
    lease_until timestamp(3) with time zone not null,
    process jsonb,
    repeat_group uuid,
    host_fingerprint text,
    baseline_workflow_hash text,
    imported jsonb,
    import_key text,
    folded_until integer not null default 0,
    folded_at timestamp(3) with time zone,
    compared_hash text,
    fleet jsonb,
    number integer,
    constraint load_test_run_pkey PRIMARY KEY (id),
    constraint load_test_run_load_test_id_load_test_id_fk FOREIGN KEY (load_test_id) REFERENCES load_test(id) ON DELETE SET NULL
);
CREATE INDEX load_test_run_by_test ON public.load_test_run USING btree (organization_id, load_test_id, created_at);
CREATE INDEX load_test_run_by_workflow ON public.load_test_run USING btree (organization_id, workflow_id, created_at);
CREATE UNIQUE INDEX load_test_run_imported ON public.load_test_run USING btree (organization_id, import_key);
CREATE INDEX load_test_run_newest ON public.load_test_run USING btree (organization_id, created_at);
CREATE INDEX load_test_run_unfolded ON public.load_test_run USING btree (finished_at) WHERE ((folded_at IS NULL) AND (finished_at IS NOT NULL));
CREATE INDEX load_test_run_unsettled ON public.load_test_run USING btree (lease_until) WHERE (finished_at IS NULL);

create table performance_metric (
    organization_id text not null,
    run_id uuid not null,
    at timestamp(3) with time zone not null,
    second integer not null,
    phase text not null,
    kind text not null,
    name text not null,
    shard integer not null,
    sequence integer not null,
    counts jsonb not null,
    latency_count integer not null,
    latency_sum_micros bigint,
    latency_min_micros bigint,
    latency_max_micros bigint,
    histogram text,
    slower jsonb not null,
    new_connections integer not null,
    examples jsonb not null,
    users integer,
    in_flight integer,
    iterations_started integer,
    dropped integer,
    lag_ms double precision,
    cpu_ratio double precision,
    memory_bytes bigint,
    whole_run boolean not null,
    checks_passed integer not null default 0,
    checks_failed integer not null default 0,
    seconds integer not null default 1,
    each_second text,
    constraint performance_metric_key PRIMARY KEY (run_id, at, phase, kind, name, shard, sequence),
    constraint performance_metric_run_id_load_test_run_id_fk FOREIGN KEY (run_id) REFERENCES load_test_run(id) ON DELETE CASCADE
);
CREATE INDEX performance_metric_tail ON public.performance_metric USING btree (run_id, sequence);

create table run_figure (
    organization_id text not null,
    run_id uuid not null,
    kind text not null,
    name text not null,
    load_test_id uuid not null,
    created_at timestamp(3) with time zone not null,
    at timestamp(3) with time zone not null,
    verdict text,
    facts_hash uuid not null,
    whole boolean not null,
    p50_ms double precision,
    p90_ms double precision,
    p95_ms double precision,
    p99_ms double precision,
    p999_ms double precision,
    max_ms double precision,
    mean_ms double precision,
    error_ratio double precision,
    throughput_per_second double precision,
    checks_ratio double precision,
    at_least text[],
    constraint run_figure_key PRIMARY KEY (run_id, kind, name),
    constraint run_figure_load_test_id_load_test_id_fk FOREIGN KEY (load_test_id) REFERENCES load_test(id) ON DELETE CASCADE,
    constraint run_figure_run_id_load_test_run_id_fk FOREIGN KEY (run_id) REFERENCES load_test_run(id) ON DELETE CASCADE
);
CREATE INDEX run_figure_of_test ON public.run_figure USING btree (load_test_id, kind, name, created_at, run_id);

create table run_log (
    organization_id text not null,
    run_id uuid not null,
    line integer not null,
    text text not null,
    constraint run_log_key PRIMARY KEY (run_id, line),
    constraint run_log_run_id_load_test_run_id_fk FOREIGN KEY (run_id) REFERENCES load_test_run(id) ON DELETE CASCADE
);

create table run_note (
    number bigint not null,
    organization_id text not null,
    run_id uuid not null,
    text text not null,
    written_by text not null,
    written_at timestamp(3) with time zone not null default now(),
    constraint run_note_pkey PRIMARY KEY (number),
    constraint run_note_run_id_load_test_run_id_fk FOREIGN KEY (run_id) REFERENCES load_test_run(id) ON DELETE CASCADE
);
CREATE INDEX run_note_of_run ON public.run_note USING btree (run_id, number);
