/** Who may say what: role and command, decided here and nowhere else. What is not allowed is denied. */
import { notAllowed, notByToken, notKnown, notVerified } from "../core/problems/router.ts";
import type { Problem } from "../core/problem.ts";
import type { Role } from "../core/terms.ts";
import type { Member, People } from "../people/index.ts";
import type { Command, Speaker } from "./define.ts";

/** More names than these are counted, not listed. */
const mostNamed = 5;

/** The roles of which one suffices. */
export function rolesFor(command: Pick<Command, "role">): readonly Role[] {
  return typeof command.role === "string" ? [command.role] : command.role;
}

/** Whether this person may say it. Nobody may say anything. */
export function may(member: Pick<Member, "roles"> | null, command: Pick<Command, "role">): boolean {
  return member !== null && rolesFor(command).some((role) => member.roles.includes(role));
}

/** Throws why the speaker may not say it, or not like this, and what to do. `name` is the command's. */
export function assertMay(
  people: People,
  by: Speaker,
  name: string,
  command: Pick<Command, "role" | "givesKeys" | "verified">,
): void {
  const roles = rolesFor(command);
  if (by.member === null) throw unknownSpeaker(people, by);
  if (command.givesKeys === true && by.via === "api") throw notByToken({ command: name });
  if (!may(by.member, command)) {
    throw notAllowed({ command: name, name: by.member.name, roles, holders: holdersOf(people, roles) });
  }
  if (command.verified === true && by.trust !== "verified") {
    throw notVerified({ command: name, name: by.member.name, byToken: by.via === "api" });
  }
}

/** For somebody whom nobody has added. */
export function unknownSpeaker(people: People, by: Pick<Speaker, "matrixId">): Problem {
  return notKnown({ who: by.matrixId ?? "Who speaks", operators: holdersOf(people, ["operator"]) });
}

/** Those who hold one of the roles, with full Matrix ids, because display names can be copied. */
export function holdersOf(people: People, roles: readonly Role[]): string {
  const holders = people.list().filter((member) => roles.some((role) => member.roles.includes(role)));
  const named = holders
    .slice(0, mostNamed)
    .map(({ name, matrixIds: [id] }) => (id === undefined ? name : `${name} (${id})`));
  const more = holders.length - named.length;
  return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
