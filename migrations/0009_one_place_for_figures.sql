ALTER TABLE "load_test_run" DROP COLUMN "execution_figures";--> statement-breakpoint
ALTER TABLE "load_test_run" DROP COLUMN "figures";