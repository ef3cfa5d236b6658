import { MatrixId } from "../../core/terms.ts";
import { path, type Api } from "./api.ts";
import { failureOf } from "./failure.ts";
import { asRawEvent, isRecord } from "./raw-event.ts";

export interface ReactionThere {
  eventId: string;
  sender: MatrixId;
  symbol: string;
  at: number;
}

/**
 * The reactions on a message as the homeserver has them now; redacted ones are gone. The bot's own are left out.
 * Undefined when the homeserver refuses to show them, as it always will.
 */
export async function reactionsOn(
  api: Api,
  self: string,
  room: string,
  eventId: string,
): Promise<ReactionThere[] | undefined> {
  try {
    return await ask(api, self, room, eventId);
  } catch (thrown) {
    if (failureOf(thrown).kind === "refused") return undefined;
    throw thrown;
  }
}

async function ask(api: Api, self: string, room: string, eventId: string): Promise<ReactionThere[]> {
  const found: ReactionThere[] = [];
  let from: string | undefined;
  do {
    const endpoint = path`/_matrix/client/v1/rooms/${room}/relations/${eventId}/m.annotation/m.reaction`;
    const query = { limit: 100, ...(from !== undefined && { from }) };
    const answer = await api.call<{ chunk?: unknown[]; next_batch?: string }>("GET", endpoint, { query });
    for (const event of (answer.chunk ?? []).map(asRawEvent)) {
      const sender = MatrixId.safeParse(event?.sender);
      const relation = event?.content["m.relates_to"];
      const symbol = isRecord(relation) ? relation["key"] : undefined;
      if (event === undefined || !sender.success || sender.data === self || typeof symbol !== "string")
        continue;
      found.push({ eventId: event.event_id, sender: sender.data, symbol, at: event.origin_server_ts });
    }
    from = answer.next_batch;
  } while (from !== undefined);
  return found.toSorted((a, b) => a.at - b.at);
}
