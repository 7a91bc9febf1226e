CREATE TABLE "run_log" (
	"organization_id" text NOT NULL,
	"run_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "run_log_key" PRIMARY KEY("run_id","line")
);
--> statement-breakpoint
ALTER TABLE "run_log" ADD CONSTRAINT "run_log_run_id_load_test_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."load_test_run"("id") ON DELETE cascade ON UPDATE no action;