import { eq } from "drizzle-orm";
import { schema, type Db } from "../../db/index.ts";

const { workReminder } = schema;

/** How a person wants to be reminded; without a row: reminded, in the co-op's time zone. */
export function readWish({ orm }: Db, member: string): { isWanted: boolean; timeZone: string | null } {
  const row = orm.select().from(workReminder).where(eq(workReminder.member, member)).get();
  return { isWanted: row?.isWanted ?? true, timeZone: row?.timeZone ?? null };
}
