CREATE TABLE "effect_acknowledgement" (
	"organization_id" text NOT NULL,
	"workflow_hash" text NOT NULL,
	"target_origin" text NOT NULL,
	"effects_hash" text NOT NULL,
	"acknowledged_by" text NOT NULL,
	"acknowledged_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "effect_acknowledgement_key" PRIMARY KEY("organization_id","workflow_hash","target_origin","effects_hash")
);
--> statement-breakpoint
CREATE TABLE "load_test" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"workflow_id" text,
	"name" text NOT NULL,
	"framework" text NOT NULL,
	"definition" text NOT NULL,
	"workflow_hash" text NOT NULL,
	"plan" jsonb NOT NULL,
	"plan_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "load_test_run" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"load_test_id" uuid,
	"workflow_id" text,
	"framework" text NOT NULL,
	"framework_version" text,
	"place" text NOT NULL,
	"state" text NOT NULL,
	"moves" jsonb NOT NULL,
	"workflow_hash" text NOT NULL,
	"plan" jsonb NOT NULL,
	"plan_hash" text NOT NULL,
	"planned_duration_ms" integer NOT NULL,
	"script" text NOT NULL,
	"script_hash" text NOT NULL,
	"warnings" jsonb NOT NULL,
	"started_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"sequence" integer DEFAULT 0 NOT NULL,
	"ending" jsonb,
	"verdict" text,
	"result" jsonb,
	"stop_asked_by" text,
	"owner" text NOT NULL,
	"lease_until" timestamp (3) with time zone NOT NULL,
	"process" jsonb
);
--> statement-breakpoint
CREATE TABLE "performance_metric" (
	"organization_id" text NOT NULL,
	"run_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"second" integer NOT NULL,
	"phase" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"shard" integer NOT NULL,
	"sequence" integer NOT NULL,
	"counts" jsonb NOT NULL,
	"latency_count" integer NOT NULL,
	"latency_sum_micros" bigint,
	"latency_min_micros" bigint,
	"latency_max_micros" bigint,
	"histogram" text,
	"slower" jsonb NOT NULL,
	"new_connections" integer NOT NULL,
	"examples" jsonb NOT NULL,
	"users" integer,
	"in_flight" integer,
	"iterations_started" integer,
	"dropped" integer,
	"lag_ms" double precision,
	"cpu_ratio" double precision,
	"memory_bytes" bigint,
	"whole_run" boolean NOT NULL,
	CONSTRAINT "performance_metric_key" PRIMARY KEY("run_id","at","phase","kind","name","shard","sequence")
);
--> statement-breakpoint
ALTER TABLE "load_test_run" ADD CONSTRAINT "load_test_run_load_test_id_load_test_id_fk" FOREIGN KEY ("load_test_id") REFERENCES "public"."load_test"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "performance_metric" ADD CONSTRAINT "performance_metric_run_id_load_test_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."load_test_run"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "load_test_by_workflow" ON "load_test" USING btree ("organization_id","workflow_id","created_at");--> statement-breakpoint
CREATE INDEX "load_test_run_newest" ON "load_test_run" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "load_test_run_by_test" ON "load_test_run" USING btree ("organization_id","load_test_id","created_at");--> statement-breakpoint
CREATE INDEX "load_test_run_by_workflow" ON "load_test_run" USING btree ("organization_id","workflow_id","created_at");--> statement-breakpoint
CREATE INDEX "load_test_run_unsettled" ON "load_test_run" USING btree ("lease_until") WHERE "load_test_run"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "performance_metric_tail" ON "performance_metric" USING btree ("run_id","sequence");