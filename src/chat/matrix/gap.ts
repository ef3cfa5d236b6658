import { path, type Api } from "./api.ts";
import { asRawEvent, type RawEvent } from "./raw-event.ts";

/** Per request; Synapse gives at most 1000. */
const pageSize = 500;
/** A room that said more than this while the bot was away is read no further: 100 pages. */
const mostPages = 100;

/**
 * The events between the last sync and a limited timeline, oldest first and without overlap
 * (`/messages` forward from the old token to `prev_batch`; method: matrix-spec-proposals#2849).
 */
export async function fillGap(api: Api, room: string, since: string, prevBatch: string): Promise<RawEvent[]> {
  const events: RawEvent[] = [];
  let from = since;
  for (let pages = 0; pages < mostPages; pages++) {
    const answer = await api.call<{ chunk?: unknown[]; end?: string }>(
      "GET",
      path`/_matrix/client/v3/rooms/${room}/messages`,
      { query: { dir: "f", limit: pageSize, from, to: prevBatch } },
    );
    const chunk = answer.chunk ?? [];
    events.push(...chunk.map(asRawEvent).filter((event) => event !== undefined));
    if (answer.end === undefined || answer.end === from || chunk.length === 0) break;
    from = answer.end;
  }
  return events;
}
