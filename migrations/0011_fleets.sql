CREATE TABLE "installation" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"one" boolean DEFAULT true NOT NULL,
	CONSTRAINT "installation_one" UNIQUE("one")
);
--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "fleet" jsonb;