/** A member's new identity counts once the people agreed; whatever fails, wherever the power goes, not before. */
import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import type { Db } from "../../src/db/index.ts";
import { openIdentities } from "../../src/house/identities.ts";
import { openPeople } from "../../src/people/index.ts";
import memberIdentity from "../../workflows/member-identity.ts";
import { fakeIdentities, type FakeIdentities } from "../chat/fake-identities.ts";
import { cancelled, done, failed } from "./endings.ts";
import { crashEverywhere, lineOf, type Scenario } from "./harness.ts";

const matrixId = MatrixId.parse("@bo:a.coop");
const peopleOf = (db: Db) => {
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  return { audit, people: openPeople({ db, clock, audit }) };
};

interface Seen {
  counts: string | undefined;
  audit: string[];
}

const before: Seen = { counts: "old", audit: [] };
const believed: Seen = { ...before, counts: "new" };
const after: Seen = { counts: "new", audit: ["ana"] };

const scenario: Scenario<FakeIdentities> = {
  name: "member identity",
  workflow: memberIdentity,
  input: { matrixId },
  world(db) {
    peopleOf(db).people.add("olga", { name: MemberName.parse("bo"), matrixId });
    const world = fakeIdentities();
    world.counts.set(matrixId, "old");
    world.shown.set(matrixId, { key: "new", devices: [{ id: "PHONE", key: "abcdefgh" }] });
    return world;
  },
  trades(world, db) {
    const { audit, people } = peopleOf(db);
    return { people, identities: openIdentities({ ...world, people, audit }) };
  },
  see: (world, db) => ({
    counts: world.counts.get(matrixId),
    audit: peopleOf(db)
      .audit.list({ subject: "bo" })
      .filter(({ what }) => what === "member.identity-accepted")
      .map(({ who }) => who),
  }),
  answer: (ask) =>
    ask.weight === "grave" && ask.subject === matrixId && ask.beneficiaries?.join() === "bo"
      ? "approve"
      : "decline",
  expect(variant) {
    if (variant.kind === "declined") return failed(before, "approval-declined");
    if (variant.kind === "cancelled") return [...cancelled(before, believed, after), done(after)];
    // That it counts is agreed to: a failure afterwards does not take it back.
    if (variant.kind !== "fails") return done(after);
    const late = variant.step === "write it down";
    const begun = variant.step === "let it count" && variant.when === "half-way";
    return failed(late || begun ? believed : before);
  },
};

test("member identity survives a power cut at every point", async () => {
  const report = await crashEverywhere(scenario);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(25);
});
