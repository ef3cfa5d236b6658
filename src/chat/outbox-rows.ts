import type { Db } from "../db/index.ts";

export interface OutboxRow {
  key: string;
  room: string;
  kind: "message" | "edit" | "reaction" | "redaction";
  target: string | null;
  content: string;
  wire: string | null;
  state: "queued" | "sent" | "superseded" | "refused";
  event_id: string | null;
  attempts: number;
  not_before: number;
}

const columns = "key, room, kind, target, content, wire, state, event_id, attempts, not_before";

export type OutboxRows = ReturnType<typeof outboxRows>;

/** The outbox's prepared statements. */
export function outboxRows({ sqlite }: Db) {
  return {
    insert: sqlite.prepare<[string, string, string, string | null, string, string]>(
      "insert or ignore into outbox (key, room, kind, target, content, state, queued_at)" +
        " values (?, ?, ?, ?, ?, 'queued', ?)",
    ),
    byKey: sqlite.prepare<[string], OutboxRow>(`select ${columns} from outbox where key = ?`),
    keyOf: sqlite.prepare<[string, string], { key: string }>(
      "select key from outbox where event_id = ? and room = ?",
    ),
    queued: sqlite.prepare<[], OutboxRow>(
      `select ${columns} from outbox where state = 'queued' order by seq`,
    ),
    queuedAbout: sqlite.prepare<[string], { key: string }>(
      "select key from outbox where target = ? and state = 'queued'",
    ),
    waitingEdits: sqlite.prepare<[string, string], { key: string }>(
      "select key from outbox where target = ? and key <> ? and kind = 'edit' and state = 'queued' and wire is null",
    ),
    unconfirmed: sqlite.prepare<[], { key: string }>("select key from outbox where state = 'queued'"),
    supersede: sqlite.prepare<[string]>("update outbox set state = 'superseded' where key = ?"),
    lastEdit: sqlite.prepare<[string], { sent_at: string | null }>(
      "select max(sent_at) as sent_at from outbox where target = ? and kind = 'edit' and state = 'sent'",
    ),
    sentAbout: sqlite
      .prepare<[string, string], string>(
        "select content from outbox where state = 'sent' and (key = ? or (target = ? and kind = 'edit'))",
      )
      .pluck(),
    storeWire: sqlite.prepare<[string, string]>(
      "update outbox set wire = ? where key = ? and state = 'queued'",
    ),
    sent: sqlite.prepare<[string, string, string, string]>(
      "update outbox set state = 'sent', event_id = ?, room = ?, sent_at = ?, refusal = null, wire = null" +
        " where key = ? and state = 'queued'",
    ),
    begun: sqlite.prepare<[string, string, string]>(
      "update outbox set event_id = ?, room = ? where key = ? and state = 'queued'",
    ),
    refused: sqlite.prepare<[string, string]>(
      "update outbox set state = 'refused', refusal = ?, wire = null where key = ? and state = 'queued'",
    ),
    wipe: sqlite.prepare<[string, string]>("update outbox set content = ?, wire = null where key = ?"),
    retryLater: sqlite.prepare<[number, string, string]>(
      "update outbox set not_before = ?, refusal = ?, attempts = attempts + 1 where key = ? and state = 'queued'",
    ),
    refusedSince: sqlite.prepare<[string], { n: number }>(
      "select count(*) as n from outbox where state = 'refused' and kind = 'message' and queued_at >= ?",
    ),
    depth: sqlite.prepare<[], { n: number }>("select count(*) as n from outbox where state = 'queued'"),
  };
}
