import { and, asc, eq } from "drizzle-orm";
import { isoOf } from "../../core/clock.ts";
import { nearest } from "../../core/nearest.ts";
import { circleTaken, circleUnknown } from "../../core/problems/work-ground.ts";
import type { MemberName } from "../../core/terms.ts";
import type { CircleName } from "../../core/work-terms.ts";
import { schema, type Db } from "../../db/index.ts";
import type { WorkParts } from "../parts.ts";
import type { Circle, WorkGround } from "../types.ts";

const { circle, circleMaintainer } = schema;

const everyCircle = "all";

type Circles = Pick<WorkGround, "circles" | "circle" | "addCircle" | "setMaintainer">;

/** Who looks after what, and agrees to the work on it. */
export function openCircles({ db, clock, audit }: WorkParts): Circles {
  return {
    circles: () => readCircles(db),
    circle: (typed) => findCircle(db, typed),
    addCircle: (who, { name, title }) =>
      db.tx(() => {
        // `work approve all` means every circle.
        if (name === everyCircle) throw circleTaken({ name, title: "every circle together" });
        const there = readCircles(db).find((one) => one.name === name);
        if (there !== undefined) throw circleTaken({ name, title: there.title });
        db.orm
          .insert(circle)
          .values({ name, title, addedBy: who, addedAt: isoOf(clock.now()) })
          .run();
        audit.append({ who, what: "circle.added", subject: name, details: { title } });
        return findCircle(db, name);
      }),
    setMaintainer: (who, name, member, is) =>
      db.tx(() => {
        const known = findCircle(db, name);
        if (known.maintainers.includes(member) === is) return known;
        if (is)
          db.orm
            .insert(circleMaintainer)
            .values({ circle: name, member, addedAt: isoOf(clock.now()) })
            .run();
        else
          db.orm
            .delete(circleMaintainer)
            .where(and(eq(circleMaintainer.circle, name), eq(circleMaintainer.member, member)))
            .run();
        const what = is ? "circle.maintainer-added" : "circle.maintainer-removed";
        audit.append({ who, what, subject: name, details: { member } });
        return findCircle(db, name);
      }),
  };
}

export function readCircles({ orm }: Db): Circle[] {
  const people = orm.select().from(circleMaintainer).orderBy(asc(circleMaintainer.member)).all();
  return orm
    .select()
    .from(circle)
    .orderBy(asc(circle.name))
    .all()
    .map(({ name, title }) => ({
      name: name as CircleName,
      title,
      maintainers: people.filter((one) => one.circle === name).map((one) => one.member as MemberName),
    }));
}

/** The circle of this name. Throws `circle-unknown` with the nearest name. */
export function findCircle(db: Db, typed: string): Circle {
  const all = readCircles(db);
  const found = all.find((one) => one.name === typed.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(
    typed,
    all.map((one) => one.name),
  );
  throw circleUnknown({ typed, ...(near !== undefined && { nearest: near }) });
}
