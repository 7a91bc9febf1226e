CREATE TABLE "run_figure" (
	"organization_id" text NOT NULL,
	"run_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"load_test_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"verdict" text,
	"facts_hash" uuid NOT NULL,
	"whole" boolean NOT NULL,
	"p50_ms" double precision,
	"p90_ms" double precision,
	"p95_ms" double precision,
	"p99_ms" double precision,
	"p999_ms" double precision,
	"max_ms" double precision,
	"mean_ms" double precision,
	"error_ratio" double precision,
	"throughput_per_second" double precision,
	"checks_ratio" double precision,
	"at_least" text[],
	CONSTRAINT "run_figure_key" PRIMARY KEY("run_id","kind","name")
);
--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "compared_hash" text;--> statement-breakpoint
ALTER TABLE "run_figure" ADD CONSTRAINT "run_figure_run_id_load_test_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."load_test_run"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_figure" ADD CONSTRAINT "run_figure_load_test_id_load_test_id_fk" FOREIGN KEY ("load_test_id") REFERENCES "public"."load_test"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_figure_of_test" ON "run_figure" USING btree ("load_test_id","kind","name","created_at","run_id");--> statement-breakpoint
UPDATE "load_test_run" SET "compared_hash" = "figures" ->> 'comparedHash' WHERE "figures" ->> 'comparedHash' IS NOT NULL;--> statement-breakpoint
INSERT INTO "run_figure" ("organization_id", "run_id", "kind", "name", "load_test_id", "created_at", "at", "verdict", "facts_hash", "whole",
	"p50_ms", "p90_ms", "p95_ms", "p99_ms", "p999_ms", "max_ms", "mean_ms", "error_ratio", "throughput_per_second", "checks_ratio", "at_least")
SELECT run.organization_id, run.id, measured.kind, measured.name, run.load_test_id, run.created_at, coalesce(run.started_at, run.created_at), run.verdict,
	md5(json_build_array(run.framework, run.framework_version, run.place, run.host_fingerprint, run.workflow_hash, run.plan_hash, run.compared_hash)::text)::uuid,
	coalesce(run.ending ->> 'cause', '') = 'planned_end' AND coalesce((run.figures ->> 'usable')::boolean, true),
	figure."p50Ms", figure."p90Ms", figure."p95Ms", figure."p99Ms", figure."p999Ms", figure."maxMs", figure."meanMs", figure."errorRatio", figure."throughputPerSecond", figure."checksRatio", figure."atLeast"
FROM "load_test_run" run
CROSS JOIN LATERAL (
	SELECT 'execution' AS kind, '' AS name, run.figures -> 'executions' AS numbers
	UNION ALL
	SELECT 'request', name, numbers FROM jsonb_each(run.figures -> 'requests') AS request (name, numbers)
) measured
CROSS JOIN LATERAL jsonb_to_record(coalesce(nullif(measured.numbers, 'null'), '{}')) AS figure ("p50Ms" double precision, "p90Ms" double precision, "p95Ms" double precision, "p99Ms" double precision, "p999Ms" double precision, "maxMs" double precision, "meanMs" double precision, "errorRatio" double precision, "throughputPerSecond" double precision, "checksRatio" double precision, "atLeast" text[])
WHERE run.finished_at IS NOT NULL AND run.load_test_id IS NOT NULL;
