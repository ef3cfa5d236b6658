CREATE TABLE `approval` (
	`id` text PRIMARY KEY NOT NULL,
	`run` text NOT NULL,
	`step` text NOT NULL,
	`question` text NOT NULL,
	`subject` text NOT NULL,
	`from_role` text NOT NULL,
	`needed` integer NOT NULL,
	`weight` text NOT NULL,
	`binds` text NOT NULL,
	`asker` text,
	`beneficiaries` text NOT NULL,
	`room` text,
	`thread_root` text,
	`status` text NOT NULL,
	`opened_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`remind_at` integer,
	`settled_at` integer,
	`why` text,
	`edits` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `approval_run` ON `approval` (`run`);--> statement-breakpoint
CREATE INDEX `approval_status` ON `approval` (`status`);--> statement-breakpoint
CREATE TABLE `reaction_heard` (
	`event_id` text PRIMARY KEY NOT NULL,
	`approval` text NOT NULL,
	`said_at` integer NOT NULL,
	FOREIGN KEY (`approval`) REFERENCES `approval`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `reaction_heard_approval` ON `reaction_heard` (`approval`);--> statement-breakpoint
CREATE TABLE `voice` (
	`approval` text NOT NULL,
	`member` text NOT NULL,
	`says` text NOT NULL,
	`why` text,
	`matrix_id` text,
	`via` text NOT NULL,
	`event_id` text,
	`said_at` integer NOT NULL,
	`withdrawn_at` integer,
	PRIMARY KEY(`approval`, `member`),
	FOREIGN KEY (`approval`) REFERENCES `approval`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `voice_event` ON `voice` (`event_id`);--> statement-breakpoint
CREATE TABLE `app` (
	`domain` text PRIMARY KEY NOT NULL,
	`recipe` text NOT NULL,
	`version` text,
	`server` text NOT NULL,
	`stack` text NOT NULL,
	`env` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `app_stack_unique` ON `app` (`stack`);--> statement-breakpoint
CREATE TABLE `deploy` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`app` text NOT NULL,
	`run` text NOT NULL,
	`version` text,
	`asked_by` text,
	`specs` text NOT NULL,
	`before` text NOT NULL,
	`outcome` text NOT NULL,
	`reason` text,
	`started_at` text NOT NULL,
	`finished_at` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `deploy_app` ON `deploy` (`app`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `deploy_run` ON `deploy` (`run`,`app`);--> statement-breakpoint
CREATE TABLE `audit` (
	`n` integer PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`who` text NOT NULL,
	`what` text NOT NULL,
	`subject` text NOT NULL,
	`details` text NOT NULL,
	`prev` text NOT NULL,
	`hash` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `chat_state` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `inbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`event_id` text NOT NULL,
	`room` text NOT NULL,
	`state` text NOT NULL,
	`event` text NOT NULL,
	`session` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`fault` text,
	`arrived_at` text NOT NULL,
	`done_at` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `inbox_event_id_unique` ON `inbox` (`event_id`);--> statement-breakpoint
CREATE INDEX `inbox_state` ON `inbox` (`state`,`seq`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`room` text NOT NULL,
	`kind` text NOT NULL,
	`target` text,
	`content` text NOT NULL,
	`wire` text,
	`state` text NOT NULL,
	`event_id` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`refusal` text,
	`not_before` integer DEFAULT 0 NOT NULL,
	`queued_at` text NOT NULL,
	`sent_at` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_key_unique` ON `outbox` (`key`);--> statement-breakpoint
CREATE INDEX `outbox_state` ON `outbox` (`state`,`seq`);--> statement-breakpoint
CREATE INDEX `outbox_event` ON `outbox` (`event_id`);--> statement-breakpoint
CREATE INDEX `outbox_target` ON `outbox` (`target`,`state`);--> statement-breakpoint
CREATE TABLE `account` (
	`matrix_id` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`linked_at` text NOT NULL,
	FOREIGN KEY (`member`) REFERENCES `member`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `member` (
	`name` text PRIMARY KEY NOT NULL,
	`display_name` text NOT NULL,
	`seat` text,
	`added_at` text NOT NULL,
	`removed_at` text,
	FOREIGN KEY (`seat`) REFERENCES `seat`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `role_held` (
	`member` text NOT NULL,
	`role` text NOT NULL,
	`granted_at` text NOT NULL,
	PRIMARY KEY(`member`, `role`),
	FOREIGN KEY (`member`) REFERENCES `member`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `seat` (
	`name` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `run` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`workflow` text NOT NULL,
	`version` integer NOT NULL,
	`status` text NOT NULL,
	`waits_for` text,
	`input` text NOT NULL,
	`output` text,
	`problem` text,
	`asked_by` text,
	`place` text,
	`key` text,
	`lock` text,
	`parent` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `run_id_unique` ON `run` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `run_key` ON `run` (`key`);--> statement-breakpoint
CREATE INDEX `run_open` ON `run` (`status`,`n`) WHERE finished_at is null;--> statement-breakpoint
CREATE INDEX `run_lock` ON `run` (`lock`,`n`) WHERE finished_at is null and lock is not null;--> statement-breakpoint
CREATE INDEX `run_created` ON `run` (`created_at`);--> statement-breakpoint
CREATE INDEX `run_parent` ON `run` (`parent`);--> statement-breakpoint
CREATE TABLE `schedule` (
	`name` text PRIMARY KEY NOT NULL,
	`last_due_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `signal` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run` text NOT NULL,
	`topic` text NOT NULL,
	`payload` text NOT NULL,
	`dedupe` text,
	`used` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `signal_once` ON `signal` (`run`,`topic`,`dedupe`);--> statement-breakpoint
CREATE INDEX `signal_open` ON `signal` (`run`,`id`) WHERE used = 0;--> statement-breakpoint
CREATE TABLE `step` (
	`run` text NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`attempt` integer DEFAULT 0 NOT NULL,
	`due_at` integer,
	`output` text,
	`problem` text,
	`seq` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	PRIMARY KEY(`run`, `key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `step_due` ON `step` (`due_at`) WHERE status = 'waiting' and due_at is not null;--> statement-breakpoint
CREATE TABLE `answered` (
	`key` text PRIMARY KEY NOT NULL,
	`outcome` text NOT NULL,
	`at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `api_token` (
	`hash` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`label` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `session` (
	`hash` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`roles` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`ended_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `sign_in_link` (
	`hash` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer
) STRICT;
