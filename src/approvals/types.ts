import type { MatrixId } from "../core/terms.ts";
import type { Message } from "../chat/message.ts";
import type { Incoming, Trust } from "../chat/transport.ts";
import type { Member } from "../people/index.ts";
import type { ApprovalAsk, Place } from "../workflow/define.ts";
import type { RunSummary } from "../workflow/index.ts";

export interface VoiceRow {
  member: string;
  says: "yes" | "no";
  why: string | null;
  via: string;
  at: number;
  withdrawn: boolean;
}

/** An approval as lists, pages and messages show it. */
export interface ApprovalView {
  /** `run/step key`. */
  id: string;
  run: string;
  question: Message;
  subject: string;
  from: ApprovalAsk["from"];
  /** The only people whose voices count; null: everybody with the role. */
  only: string[] | null;
  /** One of many: lists that are not about its kind leave it out. */
  quiet: boolean;
  needed: number;
  weight: ApprovalAsk["weight"];
  binds: string;
  asker: string | null;
  room: string | null;
  status: "open" | "approved" | "declined" | "expired" | "withdrawn";
  /** Why it was declined or withdrawn, where that was said. */
  why: string | null;
  openedAt: number;
  expiresAt: number;
  settledAt: number | null;
  /** The newest word of each person, oldest first. */
  voices: VoiceRow[];
}

/** A voice that is given by a command, a web form or the CLI. */
export interface SpokenVoice {
  /** A run's letters, which name its newest open question, or an approval's id. */
  run: string;
  says: "yes" | "no";
  why?: string;
  /** What was typed after the run's letters; a grave approval needs its subject here. */
  subject?: string;
  member: string;
  matrixId: MatrixId | null;
  via: string;
  trust: Trust;
  eventId?: string;
  /** When it was said, ms since 1970: it may be heard much later. Left out: now. */
  saidAt?: number;
}

export interface Approvals {
  /** The engine's port: opens the row, posts the question. Inside the engine's transaction. */
  open(row: {
    id: string;
    run: string;
    step: string;
    ask: ApprovalAsk;
    askedBy: string | null;
    place: Place | null;
  }): void;
  /** The run was cancelled or took the question back. */
  withdraw(id: string, why: string): void;
  /** A reaction or a redaction was heard. Whether it counts is decided here and nowhere else. */
  heard(event: Extract<Incoming, { kind: "reaction" | "redaction" }>): void;
  /** Synchronous, in the caller's transaction. Throws a Problem that says why a voice does not count. */
  speak(voice: SpokenVoice): ApprovalView;
  /** The open approvals on which this member's voice would count now. */
  waitingFor(member: string): ApprovalView[];
  get(id: string): ApprovalView | undefined;
  ofRun(run: string): ApprovalView[];
  /** Whether this member sees a question; one of others is as if it did not exist. */
  maySee(member: Member, approval: ApprovalView): boolean;
  /** Whether this member sees a run. */
  maySeeRun(member: Member, run: RunSummary): boolean;
  list(filter?: { status?: ApprovalView["status"]; limit?: number }): ApprovalView[];
  /** Reminders and expiries: arms the clock for what is open. Called once at start. */
  start(): void;
  /**
   * After a restart: makes the voices given by reaction equal to what the server holds. Where it will never say
   * (undefined), they stay as they are.
   */
  reconcile(
    reactionsOn: (
      room: string,
      eventId: string,
    ) => Promise<{ eventId: string; sender: MatrixId; symbol: string; at: number }[] | undefined>,
  ): Promise<void>;
  stop(): void;
}
