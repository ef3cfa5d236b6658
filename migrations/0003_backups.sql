CREATE TABLE `backup` (
	`id` text PRIMARY KEY NOT NULL,
	`app` text NOT NULL,
	`server` text NOT NULL,
	`stack` text NOT NULL,
	`repository` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`cause` text NOT NULL,
	`asked_by` text,
	`recipe` text NOT NULL,
	`version` text,
	`started_at` text NOT NULL,
	`ended_at` text,
	`files` integer,
	`bytes` integer,
	`added_bytes` integer,
	`snapshots` text NOT NULL,
	`warnings` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `backup_app` ON `backup` (`app`,`started_at`);--> statement-breakpoint
CREATE TABLE `backup_drill` (
	`id` text PRIMARY KEY NOT NULL,
	`app` text NOT NULL,
	`backup` text NOT NULL,
	`outcome` text NOT NULL,
	`reason` text,
	`started_at` text NOT NULL,
	`ended_at` text,
	`proof` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `backup_drill_app` ON `backup_drill` (`app`,`started_at`);--> statement-breakpoint
CREATE TABLE `backup_policy` (
	`app` text PRIMARY KEY NOT NULL,
	`repository` text,
	`window` text,
	`keep_daily` integer,
	`keep_weekly` integer,
	`keep_monthly` integer,
	`mode` text,
	`dumps` integer,
	`data_back` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `backup_repository` (
	`name` text PRIMARY KEY NOT NULL,
	`location` text NOT NULL,
	`server` text,
	`password_file` text NOT NULL,
	`key_file` text,
	`host_key` text,
	`credentials_file` text,
	`added_by` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `repository_care` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`repository` text NOT NULL,
	`kind` text NOT NULL,
	`run` text NOT NULL,
	`outcome` text NOT NULL,
	`words` text NOT NULL,
	`at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `repository_care_repository` ON `repository_care` (`repository`,`kind`,`at`);