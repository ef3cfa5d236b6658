import { eq } from "drizzle-orm";
import { schema, type Db } from "../db/index.ts";

const { collectiveMark: marks } = schema;

/**
 * `read`: every transaction that was made there before is in the books. `whole`: when they were last read from the
 * first one on. `fetched`: when the last fetch came to its end.
 */
export type MarkName = "read" | "whole" | "fetched";

export interface Marks {
  /** Milliseconds since 1970; undefined: not yet. */
  mark(name: MarkName): number | undefined;
  /** Never goes back. Joins the open transaction. */
  setMark(name: MarkName, atMs: number): void;
}

export function openMarks({ orm }: Db): Marks {
  const mark: Marks["mark"] = (name) => orm.select().from(marks).where(eq(marks.name, name)).get()?.value;
  return {
    mark,
    setMark(name, atMs) {
      const value = Math.max(atMs, mark(name) ?? 0);
      orm
        .insert(marks)
        .values({ name, value })
        .onConflictDoUpdate({ target: marks.name, set: { value } })
        .run();
    },
  };
}
