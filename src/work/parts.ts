import type { Audit } from "../audit/index.ts";
import type { Message } from "../chat/message.ts";
import type { Clock } from "../core/clock.ts";
import type { Db } from "../db/index.ts";
import type { People } from "../people/index.ts";

/** What the room is built on. */
export interface WorkParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: People;
  settings: WorkRules;
  /** The co-op's time zone, for all who named none. */
  timeZone: string;
  /** The open question of a run, if it asks one; `hasVoiceOf` tells whether this member has answered it. */
  questionOf: (run: string) => { id: string; binds: string; voices: readonly string[] } | undefined;
  /** Whether a run is still under way. */
  isOpen: (run: string) => boolean;
  /** Says something to one person, once per key. */
  tell: (matrixId: string, key: string, message: Message) => void;
}

/** The co-op's own rules, as the settings give them (`work.…`). Amounts as people write them, such as `EUR500`. */
export interface WorkRules {
  currency: string;
  seatMatesAgree: boolean;
  twoVoicesAbove?: string | undefined;
  oldestDays: number;
  yearlyNoteAbove?: string | undefined;
  buffer?: string | undefined;
  disputeDays: number;
  treasurers: number;
  reminders: boolean;
}
