CREATE TABLE "baseline" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"load_test_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"pinned_by" text NOT NULL,
	"pinned_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"reason" text,
	"unpinned_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "repeat_group" uuid;--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "host_fingerprint" text;--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "baseline_workflow_hash" text;--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "figures" jsonb;--> statement-breakpoint
ALTER TABLE "baseline" ADD CONSTRAINT "baseline_load_test_id_load_test_id_fk" FOREIGN KEY ("load_test_id") REFERENCES "public"."load_test"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "baseline" ADD CONSTRAINT "baseline_run_id_load_test_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."load_test_run"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "baseline_pinned" ON "baseline" USING btree ("load_test_id") WHERE "baseline"."unpinned_at" is null;--> statement-breakpoint
CREATE INDEX "baseline_history" ON "baseline" USING btree ("load_test_id","pinned_at");--> statement-breakpoint
CREATE INDEX "baseline_of_run" ON "baseline" USING btree ("run_id");--> statement-breakpoint
UPDATE "load_test_run" SET "figures" = jsonb_build_object(
  'executions', coalesce(nullif("result"->'steady'->'latency', 'null'), '{}') || jsonb_build_object(
    'errorRatio', "result"->'steady'->'errorRatio',
    'throughputPerSecond', CASE WHEN ("result"->'steady'->>'executions')::int > 0 THEN "result"->'steady'->'throughputPerSecond' END,
    'checksRatio', ("result"->'steady'->>'checksPassed')::float8 / nullif(("result"->'steady'->>'checksPassed')::float8 + ("result"->'steady'->>'checksFailed')::float8, 0)),
  'requests', '{}'::jsonb)
WHERE "result" IS NOT NULL AND "result" <> 'null';
