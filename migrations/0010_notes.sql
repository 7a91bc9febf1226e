CREATE TABLE "run_note" (
	"number" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "run_note_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" text NOT NULL,
	"run_id" uuid NOT NULL,
	"text" text NOT NULL,
	"written_by" text NOT NULL,
	"written_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "run_note" ADD CONSTRAINT "run_note_run_id_load_test_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."load_test_run"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_note_of_run" ON "run_note" USING btree ("run_id","number");