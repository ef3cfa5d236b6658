CREATE TABLE `collective_form` (
	`hash` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `collective_turn` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`payable` text NOT NULL,
	`way` text NOT NULL,
	`at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `collective_turn_payable` ON `collective_turn` (`payable`);--> statement-breakpoint
CREATE TABLE `budget` (
	`name` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`resolution` text NOT NULL,
	`currency` text NOT NULL,
	`cap_minor` integer,
	`cap_minutes` integer,
	`per` text NOT NULL,
	`from_day` text NOT NULL,
	`until_day` text,
	`state` text NOT NULL,
	`added_by` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `budget_person` (
	`budget` text NOT NULL,
	`member` text NOT NULL,
	`as` text NOT NULL,
	PRIMARY KEY(`budget`, `member`, `as`),
	FOREIGN KEY (`budget`) REFERENCES `budget`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `circle` (
	`name` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`added_by` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `circle_maintainer` (
	`circle` text NOT NULL,
	`member` text NOT NULL,
	`added_at` text NOT NULL,
	PRIMARY KEY(`circle`, `member`),
	FOREIGN KEY (`circle`) REFERENCES `circle`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `collective_token` (
	`member` text PRIMARY KEY NOT NULL,
	`sealed` text NOT NULL,
	`added_at` text NOT NULL,
	`refused_at` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `fund_balance` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`amount_minor` integer NOT NULL,
	`currency` text NOT NULL,
	`source` text NOT NULL,
	`at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `payable` (
	`id` text PRIMARY KEY NOT NULL,
	`batch` text NOT NULL,
	`member` text NOT NULL,
	`currency` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`state` text NOT NULL,
	`how` text,
	`reference` text,
	`said` text,
	`carried_into` text,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`batch`) REFERENCES `work_batch`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `payable_batch` ON `payable` (`batch`);--> statement-breakpoint
CREATE UNIQUE INDEX `payable_reference` ON `payable` (`reference`);--> statement-breakpoint
CREATE TABLE `payee` (
	`member` text PRIMARY KEY NOT NULL,
	`how` text NOT NULL,
	`slug` text,
	`payout_method` text,
	`email` text,
	`updated_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `rate` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`scope` text NOT NULL,
	`subject` text NOT NULL,
	`per_hour_minor` integer NOT NULL,
	`currency` text NOT NULL,
	`from_day` text NOT NULL,
	`until_day` text,
	`resolution` text NOT NULL,
	`added_by` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `rate_subject` ON `rate` (`scope`,`subject`,`currency`);--> statement-breakpoint
CREATE TABLE `work_batch` (
	`id` text PRIMARY KEY NOT NULL,
	`period` text NOT NULL,
	`state` text NOT NULL,
	`hash` text NOT NULL,
	`proposed_by` text NOT NULL,
	`published_at` text NOT NULL,
	`disputes_until` text NOT NULL,
	`approved_by` text,
	`approved_at` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `work_entry` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`person` text NOT NULL,
	`version` integer NOT NULL,
	`state` text NOT NULL,
	`approved_hash` text,
	`approved_at` text,
	`approved_by` text,
	`approval` text,
	`run` text,
	`corrects` integer,
	`added_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `work_entry_person` ON `work_entry` (`person`,`state`);--> statement-breakpoint
CREATE INDEX `work_entry_state` ON `work_entry` (`state`);--> statement-breakpoint
CREATE INDEX `work_entry_corrects` ON `work_entry` (`corrects`);--> statement-breakpoint
CREATE TABLE `work_entry_version` (
	`entry` integer NOT NULL,
	`version` integer NOT NULL,
	`kind` text NOT NULL,
	`seat` text,
	`circle` text NOT NULL,
	`budget` text,
	`day` text NOT NULL,
	`minutes` integer,
	`description` text NOT NULL,
	`evidence` text,
	`rate` integer,
	`per_hour_minor` integer,
	`currency` text,
	`amount_minor` integer,
	`shares` text NOT NULL,
	`hash` text NOT NULL,
	`by` text NOT NULL,
	`at` text NOT NULL,
	`room` text,
	`event` text,
	PRIMARY KEY(`entry`, `version`),
	FOREIGN KEY (`entry`) REFERENCES `work_entry`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `work_entry_version_day` ON `work_entry_version` (`day`);--> statement-breakpoint
CREATE INDEX `work_entry_version_budget` ON `work_entry_version` (`budget`);--> statement-breakpoint
CREATE TABLE `work_hold` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`entry` integer NOT NULL,
	`by` text NOT NULL,
	`why` text NOT NULL,
	`at` text NOT NULL,
	`released_by` text,
	`released_why` text,
	`released_at` text,
	FOREIGN KEY (`entry`) REFERENCES `work_entry`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `work_hold_entry` ON `work_hold` (`entry`);--> statement-breakpoint
CREATE TABLE `work_line` (
	`batch` text NOT NULL,
	`entry` integer NOT NULL,
	`member` text NOT NULL,
	`hash` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`currency` text NOT NULL,
	PRIMARY KEY(`batch`, `entry`, `member`),
	FOREIGN KEY (`batch`) REFERENCES `work_batch`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`entry`) REFERENCES `work_entry`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `work_line_entry` ON `work_line` (`entry`);--> statement-breakpoint
CREATE INDEX `work_line_member` ON `work_line` (`member`);--> statement-breakpoint
CREATE TABLE `work_reminder` (
	`member` text PRIMARY KEY NOT NULL,
	`is_wanted` integer NOT NULL,
	`time_zone` text
) STRICT;
--> statement-breakpoint
ALTER TABLE `approval` ADD `only_members` text;--> statement-breakpoint
ALTER TABLE `approval` ADD `is_quiet` integer DEFAULT false NOT NULL;