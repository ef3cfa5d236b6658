CREATE TABLE `sealed_message` (
	`session` text NOT NULL,
	`message_index` integer NOT NULL,
	`room` text NOT NULL,
	`sender` text NOT NULL,
	`event_id` text NOT NULL,
	PRIMARY KEY(`session`, `message_index`, `room`, `sender`)
) STRICT, WITHOUT ROWID;
