import type { Audit } from "../audit/index.ts";
import { say, type Message } from "../chat/message.ts";
import { sayProgress } from "../chat/progress.ts";
import { sayProblem } from "../chat/render.ts";
import type { Outbox } from "../chat/transport.ts";
import { problemFromJson } from "../core/problem.ts";
import type { MatrixId } from "../core/terms.ts";
import type { People } from "../people/types.ts";
import type { RunEvent } from "../workflow/index.ts";
import type { RunDetail } from "../workflow/types.ts";

export interface AnnounceParts {
  outbox: Outbox;
  audit: Pick<Audit, "append">;
  people: Pick<People, "byName">;
  show: (run: string) => RunDetail | undefined;
  /** Where runs speak that were asked for outside any room. */
  defaultRoom: string | undefined;
}

/**
 * Tells the room how a run goes: one progress message, edited, which rings nobody, and at the end a new message
 * that mentions the asker. Called inside the transaction of each change of the journal, so that what was recorded
 * is told once and what was not is never told. Workflows without an outline are short and tell only their end.
 */
export function announce(parts: AnnounceParts): (event: RunEvent) => void {
  let edits = 0;
  return (event) => {
    const { run } = event;
    if (run.parent !== null) return;
    if (event.kind === "run finished") record(parts, event);
    const room = run.place?.room ?? parts.defaultRoom;
    if (room === undefined) return;
    const detail = parts.show(run.id);
    if (detail === undefined) return;
    const key = `${run.id}/progress`;
    if (detail.outline.length > 0) {
      const message = sayProgress(detail, event.at);
      if (event.kind === "run started") {
        parts.outbox.post({ kind: "message", key, room, message, ...threading(event) });
      } else {
        // The count makes keys unique within one life of the process, the time over all of them.
        const editKey = `${key}/${event.at}-${edits++}`;
        parts.outbox.post({ kind: "edit", key: editKey, room, target: `key:${key}`, message });
      }
    }
    if (event.kind === "run finished" && !hasNothingToSay(event)) {
      const message = outcomeOf(event, mentions(parts, run.askedBy));
      parts.outbox.post({ kind: "message", key: `${run.id}/outcome`, room, message, ...threading(event) });
    }
  };
}

/** A run that a schedule began and that found nothing to do; or one whose outcome is to be seen elsewhere. */
function hasNothingToSay({ run, status, output }: RunEvent): boolean {
  if (status !== "done") return false;
  return isMessage(output) ? output.blocks.length === 0 : run.askedBy === null && (output ?? null) === null;
}

function threading({ run }: RunEvent): { replyTo?: string; threadRoot?: string } {
  const { eventId, threadRoot } = run.place ?? {};
  return {
    ...(eventId !== undefined && { replyTo: eventId }),
    ...(threadRoot !== undefined && { threadRoot }),
  };
}

function mentions({ people }: AnnounceParts, name: string | null): MatrixId[] {
  const first = name === null ? undefined : people.byName(name)?.matrixIds[0];
  return first === undefined ? [] : [first];
}

function outcomeOf(event: RunEvent, asker: MatrixId[]): Message {
  if (event.problem !== undefined) {
    return { ...sayProblem(problemFromJson(event.problem), { run: event.run.id }), mentions: asker };
  }
  if (isMessage(event.output))
    return { ...event.output, mentions: [...asker, ...(event.output.mentions ?? [])] };
  return say(`${event.run.workflow} has ended: ${event.status ?? "done"} (run ${event.run.id}).`, {
    mentions: asker,
  });
}

function isMessage(output: unknown): output is Message {
  return typeof output === "object" && output !== null && Array.isArray((output as Partial<Message>).blocks);
}

function record({ audit }: AnnounceParts, event: RunEvent): void {
  const { id, workflow, lock, askedBy } = event.run;
  audit.append({
    who: askedBy ?? "tandem",
    what: `run.${event.status ?? "done"}`,
    subject: id,
    details: { workflow, lock, ...(event.problem !== undefined && { problem: event.problem.code }) },
  });
}
