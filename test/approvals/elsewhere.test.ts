/** A question reaches those who may answer it, also when it was asked where they are not. */
import { setImmediate as soon } from "node:timers/promises";
import { expect, test } from "vitest";
import type { MatrixId } from "../../src/core/terms.ts";
import { expectGolden } from "../golden.ts";
import { bench, idOf, room } from "./bench.ts";

const teams = "!team:example.coop";

function rooms(...there: string[]) {
  const asked: string[] = [];
  const isIn = (where: string, matrixId: MatrixId): Promise<boolean> => {
    asked.push(where);
    if (there.includes("nobody answers")) return Promise.reject(new Error("no answer"));
    return Promise.resolve(there.some((name) => idOf(name) === matrixId));
  };
  return { there, asked, isIn };
}

const inTeam = { place: { room: teams, eventId: "$command" } };

test("it is told in the default room as well when too few of them are in that room, once", async () => {
  const { there, isIn } = rooms("mo", "ana");
  const house = bench({ isIn });
  house.open({}, inTeam);
  await soon();
  house.deliver();
  const [told] = house.said("elsewhere");
  expectGolden("messages/question-elsewhere.txt", told ?? "");
  const message = house.messageOf("bakor/approval/elsewhere");
  expect(message?.mentions).toEqual(["bo", "cy", "di"].map(idOf));
  expect(house.sent.find(({ out }) => out.key.endsWith("/elsewhere"))?.out.room).toBe(room);
  await house.approvals.reconcile(() => Promise.resolve([]));
  await soon();
  house.deliver();
  expect(house.said("elsewhere")).toHaveLength(1);

  house.open({ weight: "grave" }, { ...inTeam, run: "dibez" });
  there.push("bo");
  house.open({}, { ...inTeam, run: "fogup" });
  house.open({ needed: 2 }, { ...inTeam, run: "hulas" });
  await soon();
  house.deliver();
  const all = house.said("elsewhere");
  expect(all.map((text) => /Run `(\w+)`/.exec(text)?.[1])).toEqual(["bakor", "dibez", "hulas"]);
  expect(all[1]).toContain("approve dibez cloud.example.coop");
});

test("in the default room, with enough of them, settled meanwhile, or one of many: it is told once", async () => {
  const { asked, isIn } = rooms("bo");
  const house = bench({ isIn });
  house.open();
  house.open({}, { ...inTeam, run: "dibez" });
  const gone = house.open({ needed: 2 }, { ...inTeam, run: "fogup" });
  house.approvals.withdraw(gone, "not any more");
  house.open({ needed: 2, quiet: true }, { ...inTeam, run: "hulas" });
  await soon();
  house.deliver();
  expect(house.said("elsewhere")).toEqual([]);
  expect(new Set(asked)).toEqual(new Set([teams]));
});

test("a homeserver that does not answer is asked again", async () => {
  const { there, isIn } = rooms("nobody answers");
  const reported: unknown[] = [];
  const house = bench({ isIn, report: (thrown) => reported.push(thrown) });
  house.open({}, inTeam);
  await soon();
  house.deliver();
  expect(house.said("elsewhere")).toEqual([]);
  expect(reported).toHaveLength(1);
  there.pop();
  await house.clock.turn(60_000);
  await soon();
  house.deliver();
  expect(house.said("elsewhere")).toHaveLength(1);
  house.approvals.stop();
});
