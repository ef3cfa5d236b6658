import { hashOf } from "../core/canonical.ts";
import type { Member } from "../people/index.ts";
import type { Outcome, Said, Speaker } from "../router/index.ts";
import type { WebParts } from "./types.ts";

/** A mark by which the same request sent twice is carried out once. Longer ones are no marks of ours. */
const longestMark = 200;

/**
 * Says a command in a member's name through the one door. A web sign-in counts as what its link was asked for with:
 * where a homeserver could have put the words in somebody's mouth, it could have put this one. A bearer token can be
 * copied and never counts as verified.
 */
export function say(
  { router }: Pick<WebParts, "router">,
  member: Member,
  through: { via: "web"; verified: boolean } | { via: "api" },
  said: Said,
  mark: string | undefined,
): Promise<Outcome> {
  const { via } = through;
  const by: Speaker = {
    member,
    matrixId: member.matrixIds[0] ?? null,
    via,
    trust: through.via === "web" && through.verified ? "verified" : "unverified",
    place: null,
  };
  if (mark === undefined || mark === "" || mark.length > longestMark) return router.dispatch(said, by);
  // With the words in it, the same form sent again with other words is another command.
  return router.dispatch(said, by, { key: `${via}/${hashOf({ mark, said }).slice(0, 32)}` });
}
