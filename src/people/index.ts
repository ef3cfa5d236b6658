// Who belongs to the co-op: members with their Matrix accounts, the roles they hold, and the member organisations
// (seats) that hold one vote each. Everybody known is a member; every other role is given one by one and implies
// nothing else. Each change is one transaction with its audit row. A name is never given twice: the records of
// many years speak of people by it. Whether a role suffices for a command is decided in the router, not here.
export { openPeople } from "./open-people.ts";
export { assertMaintainer, seedFromConfig, type SeedPerson } from "./seed.ts";
export type { Member, People } from "./types.ts";
export { tellMember, tellTreasurers, type Telling } from "./telling.ts";
