CREATE TABLE `proposal` (
	`app` text NOT NULL,
	`version` text NOT NULL,
	`run` text,
	`proposed_at` text NOT NULL,
	PRIMARY KEY(`app`, `version`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `registry_answer` (
	`repository` text PRIMARY KEY NOT NULL,
	`etag` text,
	`tags` text NOT NULL,
	`asked_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `secret_form` (
	`hash` text PRIMARY KEY NOT NULL,
	`app` text NOT NULL,
	`secret` text NOT NULL,
	`member` text NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `server` (
	`name` text PRIMARY KEY NOT NULL,
	`host` text NOT NULL,
	`port` integer NOT NULL,
	`user` text NOT NULL,
	`key_file` text,
	`host_key` text NOT NULL,
	`socket` text NOT NULL,
	`added_by` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `server_node` (
	`server` text NOT NULL,
	`hostname` text NOT NULL,
	`host` text NOT NULL,
	`port` integer NOT NULL,
	`host_key` text NOT NULL,
	PRIMARY KEY(`server`, `hostname`)
) STRICT;
--> statement-breakpoint
ALTER TABLE `app` ADD `policy` text DEFAULT 'manual' NOT NULL;--> statement-breakpoint
ALTER TABLE `app` ADD `room` text;--> statement-breakpoint
ALTER TABLE `deploy` ADD `chaos` text;