import type { Db } from "../../db/index.ts";

/** Small facts that the transport must remember over restarts, as JSON in `chat_state`. */
export interface ChatState {
  get(key: string): unknown;
  /** Joins the open transaction. */
  set(key: string, value: unknown): void;
  remove(key: string): void;
}

export function openChatState(db: Db): ChatState {
  const get = db.sqlite.prepare<[string], string>("select value from chat_state where key = ?").pluck();
  const set = db.sqlite.prepare<[string, string]>(
    "insert or replace into chat_state (key, value) values (?, ?)",
  );
  const remove = db.sqlite.prepare<[string]>("delete from chat_state where key = ?");
  return {
    get(key) {
      const text = get.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    set: (key, value) => void set.run(key, JSON.stringify(value)),
    remove: (key) => void remove.run(key),
  };
}
