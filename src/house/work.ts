import type { Approvals } from "../approvals/index.ts";
import { MatrixId } from "../core/terms.ts";
import { openWork, type Work } from "../work/index.ts";
import type { Engine } from "../workflow/index.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<Rooms, "options" | "db" | "clock" | "audit" | "people" | "outbox">;

/** Opens the work with what it needs of the engine, the questions and the rooms. */
export function workFor(
  { options, db, clock, audit, people, outbox }: Ground,
  engine: Pick<Engine, "show">,
  approvals: Pick<Approvals, "ofRun">,
): Work {
  const { work, web } = options.config;
  return openWork({
    ...{ db, clock, audit, people, settings: work, timeZone: web.timeZone },
    isOpen: (run) => engine.show(run)?.finishedAt === null,
    questionOf: (run) => {
      const open = approvals.ofRun(run).find(({ status }) => status === "open");
      if (open === undefined) return undefined;
      const standing = open.voices.filter(({ withdrawn }) => !withdrawn);
      return { id: open.id, binds: open.binds, voices: standing.map(({ member }) => member) };
    },
    tell: (matrixId, key, message) =>
      outbox.post({ kind: "message", key, room: { direct: MatrixId.parse(matrixId) }, message }),
  });
}
