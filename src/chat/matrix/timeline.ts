import type { RawEvent } from "./raw-event.ts";

/** Whether the bot came into the room with this event, rather than changing its name. */
function isOwnJoin(event: RawEvent, self: string): boolean {
  return isOwnMembership(event, self, "join") && event.unsigned?.prev_content?.membership !== "join";
}

function isOwnMembership(event: RawEvent, self: string, membership: string): boolean {
  return (
    event.type === "m.room.member" && event.state_key === self && event.content["membership"] === membership
  );
}

/**
 * The part of a timeline that is meant for the bot: all of it, or, when the bot came in meanwhile, what was said
 * since it was invited. A room's history before that is nobody's command.
 */
export function sinceInvited(events: readonly RawEvent[], self: string): RawEvent[] {
  const joined = events.findLastIndex((event) => isOwnJoin(event, self));
  if (joined < 0) return [...events];
  const before = events.slice(0, joined);
  const invited = before.findLastIndex((event) => isOwnMembership(event, self, "invite"));
  return events.slice(invited < 0 ? joined : invited);
}

/** Whether the bot came into the room within these events: then there is no gap to fill, only history. */
export function joinedIn(events: readonly RawEvent[], self: string): boolean {
  return events.some((event) => isOwnJoin(event, self));
}
