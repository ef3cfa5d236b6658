CREATE TABLE `billing_call` (
	`key` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`asks` text NOT NULL,
	`sent_key` text NOT NULL,
	`sent_at_ms` integer,
	`doubtful` integer DEFAULT false NOT NULL,
	`state` text NOT NULL,
	`answer` text,
	`made_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `billing_event` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`object_kind` text NOT NULL,
	`object` text NOT NULL,
	`created_s` integer NOT NULL,
	`via` text NOT NULL,
	`heard_at` text NOT NULL,
	`handled_at` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `billing_event_open` ON `billing_event` (`handled_at`);--> statement-breakpoint
CREATE TABLE `billing_invoice` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text,
	`customer` text NOT NULL,
	`subject` text,
	`state` text NOT NULL,
	`currency` text NOT NULL,
	`total_minor` integer NOT NULL,
	`left_minor` integer NOT NULL,
	`url` text,
	`due_at` text,
	`paid_at` text,
	`late_since` text,
	`reminded` integer DEFAULT 0 NOT NULL,
	`updated_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `billing_invoice_customer` ON `billing_invoice` (`customer`);--> statement-breakpoint
CREATE TABLE `billing_mark` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `billing_payer` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`email` text,
	`customer` text,
	`added_by` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `billing_payer_customer_unique` ON `billing_payer` (`customer`);--> statement-breakpoint
CREATE TABLE `billing_plan` (
	`subject` text PRIMARY KEY NOT NULL,
	`payer` text NOT NULL,
	`plan` text NOT NULL,
	`session` text,
	`subscription` text,
	`state` text NOT NULL,
	`paid_until` text,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`payer`) REFERENCES `billing_payer`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `billing_plan_subscription_unique` ON `billing_plan` (`subscription`);