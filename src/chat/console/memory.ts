import { eq, like } from "drizzle-orm";
import { MatrixId } from "../../core/terms.ts";
import { schema, type Db } from "../../db/index.ts";

const { chatState } = schema;
const counterKey = "console/events";
const reactionPrefix = "console/reaction/";

export interface KeptReaction {
  eventId: string;
  room: string;
  target: string;
  sender: MatrixId;
  symbol: string;
  at: number;
}

export type ConsoleMemory = ReturnType<typeof openMemory>;

/** What a homeserver would remember for us: how far events are numbered, and the reactions that stand. */
export function openMemory({ orm }: Db) {
  const put = (key: string, value: string): void =>
    void orm
      .insert(chatState)
      .values({ key, value })
      .onConflictDoUpdate({ target: chatState.key, set: { value } })
      .run();
  return {
    /** `$console1`, `$console2`, … never twice in one database. */
    nextEventId(): string {
      const last = orm.select().from(chatState).where(eq(chatState.key, counterKey)).get()?.value ?? "0";
      const next = String(Number(last) + 1);
      put(counterKey, next);
      return `$console${next}`;
    },
    keepReaction: (reaction: KeptReaction): void =>
      put(reactionPrefix + reaction.eventId, JSON.stringify(reaction)),
    dropReaction: (eventId: string): void =>
      void orm
        .delete(chatState)
        .where(eq(chatState.key, reactionPrefix + eventId))
        .run(),
    /** Oldest first. */
    reactions: (): KeptReaction[] =>
      orm
        .select()
        .from(chatState)
        .where(like(chatState.key, `${reactionPrefix}%`))
        .all()
        .map((row) => JSON.parse(row.value) as KeptReaction)
        .sort(
          (a, b) => Number(a.eventId.slice("$console".length)) - Number(b.eventId.slice("$console".length)),
        ),
  };
}
