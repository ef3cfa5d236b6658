import type { Audit } from "../audit/index.ts";
import type { Outbox } from "../chat/transport.ts";
import type { Clock } from "../core/clock.ts";
import type { MatrixId } from "../core/terms.ts";
import type { Db } from "../db/index.ts";
import type { People } from "../people/index.ts";
import { entitled, noVoice } from "./entitled.ts";
import type { Scene } from "./question.ts";
import type { ApprovalRow, ApprovalRows, StoredVoice } from "./rows.ts";

/** What the run is told on the topic `approval:<step key>` when its question is settled. */
export interface Settlement {
  status: "approved" | "declined" | "expired";
  voices: { member: string; via: string; at: number }[];
  /** Who declined. */
  by: string | null;
  why: string | null;
}

/** What approvals are built on. */
export interface ApprovalsParts {
  db: Db;
  clock: Clock;
  people: People;
  audit: Audit;
  /** The engine's `signal`; called inside the transaction that settles. */
  settle: (run: string, topic: string, payload: Settlement, dedupe: string) => unknown;
  outbox: Pick<Outbox, "post" | "eventIdOf" | "keyOf">;
  /** The bot's own id: its reactions are its own seeds. A function, since transports know it late. */
  self: () => MatrixId | null;
  /** Where questions go that come from no room: from the web, the CLI, a schedule. */
  defaultRoom: string | null;
  /** Base address of the web pages, without a slash at the end. */
  webUrl?: string;
  /** What stands before a command in rooms, such as `!tandem `; nothing by default. */
  prefix?: string;
  /** Since when the oldest thing waits that was said and is not heard yet; ms since 1970. */
  unheardSince?: () => number | undefined;
  /** Whether this account is in a room; rejects while the homeserver does not answer. Left out: nobody can know. */
  isIn?: (room: string, matrixId: MatrixId) => Promise<boolean>;
  /** Told of what the clock woke and the database refused; it is tried again. */
  report?: (thrown: unknown) => void;
}

/** The parts with the rows and the alarm, as the files of this room share them. */
export interface Desk extends ApprovalsParts {
  rows: ApprovalRows;
  /** Sets the alarm for what comes due next. Call it after commits. */
  rearm: () => void;
  /** Looks whether those who may answer can hear of a question. Call it after commits. */
  heardOf: (id: string) => void;
}

/** The voices that count now: standing, and of people who may still answer. */
export function counting({ people }: Desk, row: ApprovalRow, voices: readonly StoredVoice[]): StoredVoice[] {
  return voices.filter((voice) => !voice.withdrawn && noVoice(row, people.byName(voice.member)) === null);
}

export function questionKey(id: string): string {
  return `${id}/question`;
}

/** The question as it stands now. */
export function sceneOf(desk: Desk, row: ApprovalRow): Scene {
  const { people, rows, webUrl, prefix = "" } = desk;
  const asker = row.asker === null ? undefined : people.byName(row.asker);
  return {
    row,
    agreed: counting(desk, row, rows.voices(row.id)).filter((voice) => voice.says === "yes"),
    mayAnswer: entitled(people, row),
    askedBy: row.asker === null ? "the schedule" : (asker?.matrixIds[0] ?? row.asker),
    link: webUrl === undefined ? null : `${webUrl}/approvals/${row.run}/${encodeURIComponent(row.step)}`,
    prefix,
  };
}
