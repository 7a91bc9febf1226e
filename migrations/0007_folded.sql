ALTER TABLE "load_test_run" ADD COLUMN "folded_until" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "folded_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "performance_metric" ADD COLUMN "seconds" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "performance_metric" ADD COLUMN "each_second" text;--> statement-breakpoint
CREATE INDEX "load_test_run_unfolded" ON "load_test_run" USING btree ("finished_at") WHERE "load_test_run"."folded_at" is null and "load_test_run"."finished_at" is not null;