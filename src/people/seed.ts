import { noMaintainer } from "../core/problems/people.ts";
import type { MatrixId, MemberName, Role } from "../core/terms.ts";
import type { Db } from "../db/index.ts";
import { wasEverMember } from "./rows.ts";
import type { People } from "./types.ts";

/** Somebody whom the settings name for the first start. The same name twice joins its roles and accounts. */
export interface SeedPerson {
  name: MemberName;
  matrixId: MatrixId;
  roles: readonly Role[];
}

/**
 * Brings in the people whom the settings name. The settings only begin things: whoever is or was a member is
 * left as the co-op has made them since, except that a role nobody holds is given as the settings say. Harmless
 * at every start. Throws a Problem when an account belongs to somebody else.
 */
export function seedFromConfig(db: Db, people: People, seeds: readonly SeedPerson[]): void {
  db.tx(() => {
    for (const [name, entries] of Map.groupBy(seeds, (seed) => seed.name)) {
      const roles = new Set(entries.flatMap((entry) => entry.roles));
      const [first, ...more] = entries;
      const isNew = !wasEverMember(db, name);
      if (isNew && first !== undefined) {
        people.add("config", { name, matrixId: first.matrixId });
        for (const entry of more) people.link("config", name, entry.matrixId);
      }
      if (people.byName(name) === undefined) continue;
      for (const role of roles) {
        if (isNew || people.withRole(role).length === 0) people.grant("config", name, role);
      }
    }
  });
}

/** Refuses to go on while nobody holds the role maintainer: an empty list never means everybody. */
export function assertMaintainer(people: People): void {
  if (people.withRole("maintainer").length === 0) throw noMaintainer({});
}
