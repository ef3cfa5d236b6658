/** What people read when a member has a new Matrix identity. */
import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { openIdentities } from "../../src/house/identities.ts";
import { openPeople } from "../../src/people/index.ts";
import memberIdentity from "../../workflows/member-identity.ts";
import { openHouse } from "../apps/house.ts";
import { fakeIdentities } from "../chat/fake-identities.ts";
import { expectGolden } from "../golden.ts";
import { tell } from "./telling.ts";

const matrixId = MatrixId.parse("@bo:example.coop");
const phone = { id: "PHONE", key: "0ZK1Ca7nUxIUrsbmEAqN9SJ0OKHd24EpiOYpYw6xtAM" };

test("a new identity counts when somebody compared its keys, and only that one", async () => {
  const house = openHouse();
  const clock = new FakeClock();
  const audit = openAudit(house.db, clock);
  const people = openPeople({ db: house.db, clock, audit });
  people.add("olga", { name: MemberName.parse("bo"), matrixId });
  const { transport, shown, counts } = fakeIdentities();
  const through = (chat: Parameters<typeof openIdentities>[0]["transport"], answer = (): boolean => true) =>
    tell(
      { ...house, people, identities: openIdentities({ transport: chat, people, audit }) },
      memberIdentity,
      { matrixId },
      answer,
    );
  const told = [await through({}), await through(transport)];
  shown.set(matrixId, { key: "first", devices: [] });
  told.push(await through(transport));
  shown.set(matrixId, { key: "second", devices: [{ id: "DESK", key: "desk" }, phone] });
  const declined = await through(transport, () => false);
  expect(declined.problem?.code).toBe("approval-declined");
  const moved = await through(transport, () => {
    shown.set(matrixId, { key: "third", devices: [phone] });
    return true;
  });
  expect(counts.size).toBe(0);
  const agreed = await through(transport);
  expect(counts.get(matrixId)).toBe("third");
  const again = await through(transport);
  told.push(moved, agreed, again);
  expect(told.map(({ problem }) => problem?.code)).toEqual([
    ...["identity-not-known", "identity-missing", "identity-missing", "identity-changed"],
    ...[undefined, undefined],
  ]);
  expect(told.map(({ asked }) => asked.length)).toEqual([0, 0, 0, 1, 1, 0]);
  expect(agreed.asked[0]).toMatchObject({ from: "maintainer", weight: "grave", beneficiaries: ["bo"] });
  expectGolden("messages/member-identity.txt", told.map(({ text }) => text).join("\n---\n\n"));
  const rows = audit.list({ subject: "bo" }).filter(({ what }) => what === "member.identity-accepted");
  expect(rows).toMatchObject([{ who: "ana", details: { matrixId, key: "third" } }]);
  house.db.close();
});
