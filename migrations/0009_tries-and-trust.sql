ALTER TABLE `step` ADD `failures` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `session` ADD `verified` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `sign_in_link` ADD `verified` integer DEFAULT false NOT NULL;