CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
CREATE TRIGGER book_entry_no_delete BEFORE DELETE ON book_entry WHEN OLD.is_closed = 1 BEGIN SELECT RAISE(ABORT, 'entries of a closed month are never deleted'); END;
CREATE TRIGGER book_entry_no_update BEFORE UPDATE ON book_entry WHEN OLD.is_closed = 1 BEGIN SELECT RAISE(ABORT, 'entries of a closed month are never changed'); END;
CREATE TRIGGER book_fact_no_delete BEFORE DELETE ON book_fact BEGIN SELECT RAISE(ABORT, 'facts of the books are never deleted'); END;
CREATE TRIGGER book_fact_no_update BEFORE UPDATE ON book_fact BEGIN SELECT RAISE(ABORT, 'facts of the books are never changed'); END;
CREATE TRIGGER book_period_no_delete BEFORE DELETE ON book_period BEGIN SELECT RAISE(ABORT, 'closed months are never opened again'); END;
CREATE TRIGGER book_period_no_update BEFORE UPDATE ON book_period BEGIN SELECT RAISE(ABORT, 'closed months are never changed'); END;
CREATE TABLE `account` (
	`matrix_id` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`linked_at` text NOT NULL,
	FOREIGN KEY (`member`) REFERENCES `member`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
CREATE TABLE `answered` (
	`key` text PRIMARY KEY NOT NULL,
	`outcome` text NOT NULL,
	`at` text NOT NULL
) STRICT;
CREATE TABLE `api_token` (
	`hash` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`label` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer
) STRICT;
CREATE TABLE `app` (
	`domain` text PRIMARY KEY NOT NULL,
	`recipe` text NOT NULL,
	`version` text,
	`server` text NOT NULL,
	`stack` text NOT NULL,
	`env` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL
, `policy` text DEFAULT 'manual' NOT NULL, `room` text) STRICT;
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
, `only_members` text, `is_quiet` integer DEFAULT false NOT NULL) STRICT;
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
CREATE TABLE `billing_mark` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
) STRICT;
CREATE TABLE `billing_payer` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`email` text,
	`customer` text,
	`added_by` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
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
CREATE TABLE `billing_transfer` (
	`invoice` text NOT NULL,
	`line` text NOT NULL,
	`on_day` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`currency` text NOT NULL,
	PRIMARY KEY(`invoice`, `line`)
) STRICT;
CREATE TABLE `book_alarm` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source` text NOT NULL,
	`kind` text NOT NULL,
	`ext` text NOT NULL,
	`said` text NOT NULL,
	`at` text NOT NULL
) STRICT;
CREATE TABLE `book_decision` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`source` text NOT NULL,
	`subject` text NOT NULL,
	`what` text NOT NULL,
	`why` text NOT NULL,
	`by` text NOT NULL,
	`seconded_by` text,
	`at` text NOT NULL,
	`undone_by` text,
	`undone_at` text
) STRICT;
CREATE TABLE `book_entry` (
	`id` integer PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`ref` text NOT NULL,
	`amends` integer NOT NULL,
	`date` text NOT NULL,
	`happened` text,
	`kind` text NOT NULL,
	`memo` text NOT NULL,
	`corrects` text,
	`postings` text NOT NULL,
	`is_closed` integer NOT NULL
) STRICT;
CREATE TABLE `book_fact` (
	`id` integer PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`kind` text NOT NULL,
	`ext` text NOT NULL,
	`version` integer NOT NULL,
	`json` text NOT NULL,
	`currency` text,
	`net_minor` integer
) STRICT;
CREATE TABLE `book_file` (
	`hash` text PRIMARY KEY NOT NULL,
	`by` text NOT NULL,
	`at` text NOT NULL
) STRICT;
CREATE TABLE `book_member` (
	`payout` text NOT NULL,
	`txn` text NOT NULL,
	PRIMARY KEY(`payout`, `txn`)
) STRICT, WITHOUT ROWID;
CREATE TABLE `book_period` (
	`month` text PRIMARY KEY NOT NULL,
	`closed_at` text NOT NULL,
	`closed_by` text NOT NULL,
	`run` text NOT NULL,
	`hash` text NOT NULL,
	`report` text NOT NULL
) STRICT;
CREATE TABLE `book_state` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
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
CREATE TABLE `budget_person` (
	`budget` text NOT NULL,
	`member` text NOT NULL,
	`as` text NOT NULL,
	PRIMARY KEY(`budget`, `member`, `as`),
	FOREIGN KEY (`budget`) REFERENCES `budget`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
CREATE TABLE `chat_state` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
CREATE TABLE `circle` (
	`name` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`added_by` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
CREATE TABLE `circle_maintainer` (
	`circle` text NOT NULL,
	`member` text NOT NULL,
	`added_at` text NOT NULL,
	PRIMARY KEY(`circle`, `member`),
	FOREIGN KEY (`circle`) REFERENCES `circle`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
CREATE TABLE `collective_form` (
	`hash` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer
) STRICT;
CREATE TABLE `collective_mark` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
) STRICT;
CREATE TABLE `collective_round` (
	`payable` text NOT NULL,
	`round` integer NOT NULL,
	`refused` text NOT NULL,
	`why` text NOT NULL,
	`by` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`payable`, `round`)
) STRICT;
CREATE TABLE `collective_token` (
	`member` text PRIMARY KEY NOT NULL,
	`sealed` text NOT NULL,
	`added_at` text NOT NULL,
	`refused_at` text
) STRICT;
CREATE TABLE `collective_turn` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`payable` text NOT NULL,
	`way` text NOT NULL,
	`at_ms` integer NOT NULL
) STRICT;
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
, `chaos` text) STRICT;
CREATE TABLE `fund_balance` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`amount_minor` integer NOT NULL,
	`currency` text NOT NULL,
	`source` text NOT NULL,
	`at` text NOT NULL
) STRICT;
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
CREATE TABLE `member` (
	`name` text PRIMARY KEY NOT NULL,
	`display_name` text NOT NULL,
	`seat` text,
	`added_at` text NOT NULL,
	`removed_at` text,
	FOREIGN KEY (`seat`) REFERENCES `seat`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
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
CREATE TABLE `payable_line` (
	`payable` text NOT NULL,
	`line` text NOT NULL,
	`on_day` text NOT NULL,
	`amount_minor` integer NOT NULL,
	PRIMARY KEY(`payable`, `line`),
	FOREIGN KEY (`payable`) REFERENCES `payable`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
CREATE TABLE `payee` (
	`member` text PRIMARY KEY NOT NULL,
	`how` text NOT NULL,
	`slug` text,
	`payout_method` text,
	`email` text,
	`updated_at` text NOT NULL
) STRICT;
CREATE TABLE `proposal` (
	`app` text NOT NULL,
	`version` text NOT NULL,
	`run` text,
	`proposed_at` text NOT NULL,
	PRIMARY KEY(`app`, `version`)
) STRICT;
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
CREATE TABLE `reaction_heard` (
	`event_id` text PRIMARY KEY NOT NULL,
	`approval` text NOT NULL,
	`said_at` integer NOT NULL,
	FOREIGN KEY (`approval`) REFERENCES `approval`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
CREATE TABLE `registry_answer` (
	`repository` text PRIMARY KEY NOT NULL,
	`etag` text,
	`tags` text NOT NULL,
	`asked_at` integer NOT NULL
) STRICT;
CREATE TABLE `repository_care` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`repository` text NOT NULL,
	`kind` text NOT NULL,
	`run` text NOT NULL,
	`outcome` text NOT NULL,
	`words` text NOT NULL,
	`at` text NOT NULL
) STRICT;
CREATE TABLE `role_held` (
	`member` text NOT NULL,
	`role` text NOT NULL,
	`granted_at` text NOT NULL,
	PRIMARY KEY(`member`, `role`),
	FOREIGN KEY (`member`) REFERENCES `member`(`name`) ON UPDATE no action ON DELETE no action
) STRICT;
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
CREATE TABLE `schedule` (
	`name` text PRIMARY KEY NOT NULL,
	`last_due_at` integer NOT NULL
) STRICT;
CREATE TABLE `sealed_message` (
	`session` text NOT NULL,
	`message_index` integer NOT NULL,
	`room` text NOT NULL,
	`sender` text NOT NULL,
	`event_id` text NOT NULL,
	PRIMARY KEY(`session`, `message_index`, `room`, `sender`)
) STRICT, WITHOUT ROWID;
CREATE TABLE `seat` (
	`name` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`added_at` text NOT NULL
) STRICT;
CREATE TABLE `secret_form` (
	`hash` text PRIMARY KEY NOT NULL,
	`app` text NOT NULL,
	`secret` text NOT NULL,
	`member` text NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer
) STRICT;
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
CREATE TABLE `server_node` (
	`server` text NOT NULL,
	`hostname` text NOT NULL,
	`host` text NOT NULL,
	`port` integer NOT NULL,
	`host_key` text NOT NULL,
	PRIMARY KEY(`server`, `hostname`)
) STRICT;
CREATE TABLE `session` (
	`hash` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`roles` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`ended_at` integer
, `verified` integer DEFAULT false NOT NULL) STRICT;
CREATE TABLE `sign_in_link` (
	`hash` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer
, `verified` integer DEFAULT false NOT NULL) STRICT;
CREATE TABLE `signal` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run` text NOT NULL,
	`topic` text NOT NULL,
	`payload` text NOT NULL,
	`dedupe` text,
	`used` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
CREATE TABLE sqlite_sequence(name,seq);
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
	`finished_at` integer, `failures` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`run`, `key`)
) STRICT;
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
CREATE TABLE `work_reminder` (
	`member` text PRIMARY KEY NOT NULL,
	`is_wanted` integer NOT NULL,
	`time_zone` text
) STRICT;
CREATE UNIQUE INDEX `app_stack_unique` ON `app` (`stack`);
CREATE INDEX `approval_run` ON `approval` (`run`);
CREATE INDEX `approval_status` ON `approval` (`status`);
CREATE INDEX `backup_app` ON `backup` (`app`,`started_at`);
CREATE INDEX `backup_drill_app` ON `backup_drill` (`app`,`started_at`);
CREATE INDEX `billing_event_open` ON `billing_event` (`handled_at`);
CREATE INDEX `billing_invoice_customer` ON `billing_invoice` (`customer`);
CREATE UNIQUE INDEX `billing_payer_customer_unique` ON `billing_payer` (`customer`);
CREATE UNIQUE INDEX `billing_plan_subscription_unique` ON `billing_plan` (`subscription`);
CREATE UNIQUE INDEX `book_alarm_said` ON `book_alarm` (`kind`,`ext`,`source`,`said`);
CREATE INDEX `book_decision_subject` ON `book_decision` (`subject`);
CREATE UNIQUE INDEX `book_entry_ref` ON `book_entry` (`ref`,`source`,`amends`);
CREATE UNIQUE INDEX `book_fact_ext` ON `book_fact` (`kind`,`ext`,`source`,`version`);
CREATE INDEX `collective_turn_payable` ON `collective_turn` (`payable`);
CREATE INDEX `deploy_app` ON `deploy` (`app`,`id`);
CREATE UNIQUE INDEX `deploy_run` ON `deploy` (`run`,`app`);
CREATE UNIQUE INDEX `inbox_event_id_unique` ON `inbox` (`event_id`);
CREATE INDEX `inbox_state` ON `inbox` (`state`,`seq`);
CREATE INDEX `outbox_event` ON `outbox` (`event_id`);
CREATE UNIQUE INDEX `outbox_key_unique` ON `outbox` (`key`);
CREATE INDEX `outbox_state` ON `outbox` (`state`,`seq`);
CREATE INDEX `outbox_target` ON `outbox` (`target`,`state`);
CREATE INDEX `payable_batch` ON `payable` (`batch`);
CREATE UNIQUE INDEX `payable_reference` ON `payable` (`reference`);
CREATE INDEX `rate_subject` ON `rate` (`scope`,`subject`,`currency`);
CREATE INDEX `reaction_heard_approval` ON `reaction_heard` (`approval`);
CREATE INDEX `repository_care_repository` ON `repository_care` (`repository`,`kind`,`at`);
CREATE INDEX `run_created` ON `run` (`created_at`);
CREATE UNIQUE INDEX `run_id_unique` ON `run` (`id`);
CREATE UNIQUE INDEX `run_key` ON `run` (`key`);
CREATE INDEX `run_lock` ON `run` (`lock`,`n`) WHERE finished_at is null and lock is not null;
CREATE INDEX `run_open` ON `run` (`status`,`n`) WHERE finished_at is null;
CREATE INDEX `run_parent` ON `run` (`parent`);
CREATE UNIQUE INDEX `signal_once` ON `signal` (`run`,`topic`,`dedupe`);
CREATE INDEX `signal_open` ON `signal` (`run`,`id`) WHERE used = 0;
CREATE INDEX `step_due` ON `step` (`due_at`) WHERE status = 'waiting' and due_at is not null;
CREATE INDEX `voice_event` ON `voice` (`event_id`);
CREATE INDEX `work_entry_corrects` ON `work_entry` (`corrects`);
CREATE INDEX `work_entry_person` ON `work_entry` (`person`,`state`);
CREATE INDEX `work_entry_state` ON `work_entry` (`state`);
CREATE INDEX `work_entry_version_budget` ON `work_entry_version` (`budget`);
CREATE INDEX `work_entry_version_day` ON `work_entry_version` (`day`);
CREATE INDEX `work_hold_entry` ON `work_hold` (`entry`);
CREATE INDEX `work_line_entry` ON `work_line` (`entry`);
CREATE INDEX `work_line_member` ON `work_line` (`member`);
