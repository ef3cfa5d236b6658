import type { MatrixId } from "../core/terms.ts";
import type { People } from "./types.ts";

/** By what something is said in a room or to one person, once per key; joins the open transaction. */
export interface Telling<M> {
  people: Pick<People, "byName" | "withRole">;
  /** The treasurers' own room; without one each is told alone. */
  room: string | undefined;
  post: (to: string | { direct: MatrixId }, key: string, message: M) => void;
}

/** All treasurers, in their room if they have one. */
export function tellTreasurers<M extends object>(
  { people, post, room }: Telling<M>,
  key: string,
  message: M,
): void {
  const treasurers = people
    .withRole("treasurer")
    .flatMap(({ matrixIds }): MatrixId[] => matrixIds.slice(0, 1));
  if (room !== undefined) post(room, key, { ...message, mentions: treasurers });
  else for (const to of treasurers) post({ direct: to }, `${key}/${to}`, { ...message, mentions: [to] });
}

/** One person alone; nobody where the name or the account is not there any more. */
export function tellMember<M extends object>(
  { people, post }: Pick<Telling<M>, "people" | "post">,
  name: string,
  key: string,
  message: M,
): void {
  const to = people.byName(name)?.matrixIds[0];
  if (to !== undefined) post({ direct: to }, `${key}/${name}`, { ...message, mentions: [to] });
}
