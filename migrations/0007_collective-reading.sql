CREATE TABLE `collective_mark` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `collective_round` (
	`payable` text NOT NULL,
	`round` integer NOT NULL,
	`refused` text NOT NULL,
	`why` text NOT NULL,
	`by` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`payable`, `round`)
) STRICT;
