import { beforeEach, describe, expect, test } from "vitest";
import { openAudit, type Audit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { MatrixId, MemberName, SeatName } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { assertMaintainer, openPeople, seedFromConfig, type People } from "../../src/people/index.ts";

const name = (text: string): MemberName => MemberName.parse(text);
const id = (text: string): MatrixId => MatrixId.parse(text);
const [ana, bo] = [name("ana"), name("bo")];
const [anaId, boId, boPhone] = [id("@ana:a.coop"), id("@bo:b.coop"), id("@bo-phone:b.coop")];

let db: Db;
let audit: Audit;
let people: People;

beforeEach(() => {
  db = openDb(":memory:");
  const clock = new FakeClock();
  audit = openAudit(db, clock);
  people = openPeople({ db, clock, audit });
});

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.code;
    throw thrown;
  }
  return "nothing was thrown";
};
const trail = (): string[] => audit.list().map((row) => `${row.who} ${row.what} ${row.subject}`);

describe("members", () => {
  test("are found by name and by each of their accounts", () => {
    const added = people.add("ana", { name: bo, displayName: "Bo Berg", matrixId: boId });
    expect(added).toEqual({
      name: "bo",
      displayName: "Bo Berg",
      seat: null,
      matrixIds: ["@bo:b.coop"],
      roles: ["member"],
    });
    people.link("ana", bo, boPhone);
    expect(people.byMatrixId("@bo-phone:b.coop")?.name).toBe("bo");
    expect(people.byMatrixId("@bo:b.coop")).toEqual(people.byName("bo"));
    expect(people.get("@bo:b.coop").name).toBe("bo");
    expect(people.byName("nobody")).toBeUndefined();
    expect(people.byMatrixId("@eve:b.coop")).toBeUndefined();
    expect(trail()).toEqual(["ana member.linked bo", "ana member.added bo"]);
  });

  test("an account speaks for one person, a name stands for one person", () => {
    people.add("ana", { name: bo, matrixId: boId });
    expect(codeOf(() => people.add("ana", { name: bo, matrixId: anaId }))).toBe("member-name-taken");
    expect(codeOf(() => people.add("ana", { name: ana, matrixId: boId }))).toBe("account-taken");
    people.add("ana", { name: ana, matrixId: anaId });
    expect(codeOf(() => people.link("ana", ana, boId))).toBe("account-taken");
    expect(people.list().map((one) => one.name)).toEqual(["ana", "bo"]);
    expect(audit.head().n).toBe(2);
  });

  test("an unknown one is a problem that names the nearest", () => {
    people.add("ana", { name: name("robin"), matrixId: boId });
    expect(() => people.get("robbin")).toThrow(
      expect.objectContaining({
        code: "member-unknown",
        text: expect.objectContaining({ remedy: "Was robin meant? See who is here: member list" }) as unknown,
      }),
    );
    expect(codeOf(() => people.grant("ana", name("zoe"), "operator"))).toBe("member-unknown");
  });

  test("removal takes roles and accounts; the name stays in the records and is not given again", () => {
    people.add("ana", { name: bo, matrixId: boId });
    people.grant("ana", bo, "treasurer");
    people.remove("ana", bo);
    expect(people.byName("bo")).toBeUndefined();
    expect(people.byMatrixId("@bo:b.coop")).toBeUndefined();
    expect(people.list()).toEqual([]);
    expect(people.withRole("treasurer")).toEqual([]);
    expect(codeOf(() => people.add("ana", { name: bo, matrixId: boId }))).toBe("member-name-of-the-past");
    expect(people.add("ana", { name: name("bo2"), matrixId: boId }).roles).toEqual(["member"]);
    expect(db.sqlite.prepare("select name from member where name = 'bo'").get()).toEqual({ name: "bo" });
    expect(audit.list({ subject: "bo", limit: 1 })[0]?.details).toEqual({
      matrixIds: ["@bo:b.coop"],
      roles: ["member", "treasurer"],
    });
  });
});

describe("roles", () => {
  beforeEach(() => {
    people.add("config", { name: ana, matrixId: anaId });
    people.add("config", { name: bo, matrixId: boId });
  });

  test("are given one by one and imply nothing else; twice is harmless and leaves no second row", () => {
    expect(people.grant("ana", bo, "operator").roles).toEqual(["member", "operator"]);
    const rows = audit.head().n;
    expect(people.grant("ana", bo, "operator").roles).toEqual(["member", "operator"]);
    expect(people.revoke("ana", bo, "treasurer").roles).toEqual(["member", "operator"]);
    expect(audit.head().n).toBe(rows);
    expect(people.withRole("operator").map((one) => one.name)).toEqual(["bo"]);
  });

  test.each(["maintainer", "operator"] as const)(
    "the last %s keeps the role and cannot be removed",
    (role) => {
      people.grant("ana", bo, role);
      expect(codeOf(() => people.revoke("ana", bo, role))).toBe("last-with-role");
      expect(codeOf(() => people.remove("ana", bo))).toBe("last-with-role");
      expect(people.byName("bo")?.roles).toEqual(["member", role]);
      people.grant("ana", ana, role);
      expect(people.revoke("ana", bo, role).roles).toEqual(["member"]);
    },
  );

  test("the last treasurer may give the role back; being a member cannot be taken alone", () => {
    people.grant("ana", bo, "treasurer");
    expect(people.revoke("ana", bo, "treasurer").roles).toEqual(["member"]);
    expect(codeOf(() => people.revoke("ana", bo, "member"))).toBe("member-role-stays");
  });

  test("listeners hear of every change inside its transaction and can take it back", () => {
    const heard: string[] = [];
    people.onChange((who) => {
      heard.push(`${who} ${db.sqlite.inTransaction}`);
      if (people.byName(who)?.roles.includes("treasurer") === true) throw new Error("no");
    });
    people.grant("ana", bo, "maintainer");
    people.link("ana", bo, boPhone);
    expect(() => people.grant("ana", ana, "treasurer")).toThrow("no");
    expect(people.byName("ana")?.roles).toEqual(["member"]);
    people.grant("ana", ana, "maintainer");
    people.remove("ana", bo);
    expect(heard).toEqual(["bo true", "bo true", "ana true", "ana true", "bo true"]);
    expect(audit.verify()).toMatchObject({ rows: 6 });
  });
});

describe("seats", () => {
  test("list their members; a member sits at a seat that exists", () => {
    people.addSeat("ana", SeatName.parse("autonomic"), "Autonomic Cooperative");
    people.add("ana", { name: bo, matrixId: boId, seat: SeatName.parse("autonomic") });
    expect(people.seats()).toEqual([{ name: "autonomic", title: "Autonomic Cooperative", members: ["bo"] }]);
    expect(codeOf(() => people.addSeat("ana", SeatName.parse("autonomic"), "x"))).toBe("seat-taken");
    const misspelt = SeatName.parse("autonomik");
    expect(() => people.add("ana", { name: ana, matrixId: anaId, seat: misspelt })).toThrow(
      expect.objectContaining({ code: "seat-unknown" }),
    );
    people.remove("ana", bo);
    expect(people.seats()[0]?.members).toEqual([]);
  });
});

describe("the people of the settings", () => {
  const seeds = [
    { name: ana, matrixId: anaId, roles: ["operator"] },
    { name: ana, matrixId: anaId, roles: ["maintainer"] },
    { name: bo, matrixId: boId, roles: ["maintainer"] },
    { name: bo, matrixId: boPhone, roles: [] },
  ] as const;

  test("come in once, with all roles and accounts that the settings name", () => {
    seedFromConfig(db, people, seeds);
    const rows = audit.head().n;
    seedFromConfig(db, people, seeds);
    expect(audit.head().n).toBe(rows);
    expect(people.byName("ana")?.roles).toEqual(["member", "maintainer", "operator"]);
    expect(people.byName("bo")).toMatchObject({
      roles: ["member", "maintainer"],
      matrixIds: expect.arrayContaining([boId, boPhone]) as unknown,
    });
    expect(new Set(audit.list().map((row) => row.who))).toEqual(new Set(["config"]));
  });

  test("stay as the co-op made them since: nothing comes back at the next start", () => {
    seedFromConfig(db, people, seeds);
    people.revoke("ana", ana, "maintainer");
    seedFromConfig(db, people, seeds);
    expect(people.byName("ana")?.roles).toEqual(["member", "operator"]);
    people.grant("ana", ana, "maintainer");
    people.remove("ana", bo);
    seedFromConfig(db, people, seeds);
    expect(people.byName("bo")).toBeUndefined();
  });

  test("a role that nobody holds is given, so that a start refused for want of a maintainer can be mended", () => {
    seedFromConfig(db, people, [{ name: ana, matrixId: anaId, roles: ["operator"] }]);
    expect(codeOf(() => assertMaintainer(people))).toBe("no-maintainer");
    seedFromConfig(db, people, [{ name: ana, matrixId: anaId, roles: ["operator", "maintainer"] }]);
    expect(codeOf(() => assertMaintainer(people))).toBe("nothing was thrown");
  });

  test("an account that is somebody else's refuses the whole list", () => {
    people.add("x", { name: name("zoe"), matrixId: boId });
    expect(codeOf(() => seedFromConfig(db, people, seeds))).toBe("account-taken");
    expect(people.list().map((one) => one.name)).toEqual(["zoe"]);
  });
});
