ALTER TABLE "load_test" ALTER COLUMN "plan" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "load_test_run" ALTER COLUMN "plan" SET DATA TYPE text;