ALTER TABLE "load_test_run" ADD COLUMN "execution_figures" jsonb GENERATED ALWAYS AS (figures - 'requests') STORED;--> statement-breakpoint
ALTER TABLE "load_test_run" ALTER COLUMN "execution_figures" SET STORAGE MAIN;
