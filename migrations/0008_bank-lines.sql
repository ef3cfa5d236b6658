CREATE TABLE `billing_transfer` (
	`invoice` text NOT NULL,
	`line` text NOT NULL,
	`on_day` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`currency` text NOT NULL,
	PRIMARY KEY(`invoice`, `line`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `payable_line` (
	`payable` text NOT NULL,
	`line` text NOT NULL,
	`on_day` text NOT NULL,
	`amount_minor` integer NOT NULL,
	PRIMARY KEY(`payable`, `line`),
	FOREIGN KEY (`payable`) REFERENCES `payable`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
