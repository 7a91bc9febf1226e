ALTER TABLE "load_test_run" ALTER COLUMN "script" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "imported" jsonb;--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "import_key" text;--> statement-breakpoint
CREATE UNIQUE INDEX "load_test_run_imported" ON "load_test_run" USING btree ("organization_id","import_key");