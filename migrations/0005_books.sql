CREATE TABLE `book_alarm` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source` text NOT NULL,
	`kind` text NOT NULL,
	`ext` text NOT NULL,
	`said` text NOT NULL,
	`at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `book_alarm_said` ON `book_alarm` (`kind`,`ext`,`source`,`said`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `book_decision_subject` ON `book_decision` (`subject`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `book_entry_ref` ON `book_entry` (`ref`,`source`,`amends`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `book_fact_ext` ON `book_fact` (`kind`,`ext`,`source`,`version`);--> statement-breakpoint
CREATE TABLE `book_file` (
	`hash` text PRIMARY KEY NOT NULL,
	`by` text NOT NULL,
	`at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `book_member` (
	`payout` text NOT NULL,
	`txn` text NOT NULL,
	PRIMARY KEY(`payout`, `txn`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `book_period` (
	`month` text PRIMARY KEY NOT NULL,
	`closed_at` text NOT NULL,
	`closed_by` text NOT NULL,
	`run` text NOT NULL,
	`hash` text NOT NULL,
	`report` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `book_state` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;

--> statement-breakpoint
CREATE TRIGGER book_fact_no_update BEFORE UPDATE ON book_fact BEGIN SELECT RAISE(ABORT, 'facts of the books are never changed'); END;
--> statement-breakpoint
CREATE TRIGGER book_fact_no_delete BEFORE DELETE ON book_fact BEGIN SELECT RAISE(ABORT, 'facts of the books are never deleted'); END;
--> statement-breakpoint
CREATE TRIGGER book_entry_no_update BEFORE UPDATE ON book_entry WHEN OLD.is_closed = 1 BEGIN SELECT RAISE(ABORT, 'entries of a closed month are never changed'); END;
--> statement-breakpoint
CREATE TRIGGER book_entry_no_delete BEFORE DELETE ON book_entry WHEN OLD.is_closed = 1 BEGIN SELECT RAISE(ABORT, 'entries of a closed month are never deleted'); END;
--> statement-breakpoint
CREATE TRIGGER book_period_no_update BEFORE UPDATE ON book_period BEGIN SELECT RAISE(ABORT, 'closed months are never changed'); END;
--> statement-breakpoint
CREATE TRIGGER book_period_no_delete BEFORE DELETE ON book_period BEGIN SELECT RAISE(ABORT, 'closed months are never opened again'); END;
