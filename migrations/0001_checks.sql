ALTER TABLE "performance_metric" ADD COLUMN "checks_passed" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "performance_metric" ADD COLUMN "checks_failed" integer DEFAULT 0 NOT NULL;