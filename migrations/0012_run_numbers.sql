ALTER TABLE "load_test" ADD COLUMN "runs_numbered" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "load_test_run" ADD COLUMN "number" integer;--> statement-breakpoint
-- Those that are there, in the order in which they came: from here on each keeps its number.
UPDATE "load_test_run" SET "number" = "numbered"."number" FROM (SELECT "id", row_number() OVER (PARTITION BY "load_test_id" ORDER BY "created_at", "id") AS "number" FROM "load_test_run" WHERE "load_test_id" IS NOT NULL) "numbered" WHERE "load_test_run"."id" = "numbered"."id";--> statement-breakpoint
UPDATE "load_test" SET "runs_numbered" = (SELECT count(*) FROM "load_test_run" WHERE "load_test_run"."load_test_id" = "load_test"."id");
