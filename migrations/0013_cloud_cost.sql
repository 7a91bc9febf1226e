CREATE TABLE "cloud_cost" (
	"run_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"amount" double precision NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "cloud_cost_lately" ON "cloud_cost" USING btree ("organization_id","at");