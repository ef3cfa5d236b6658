import { expect, test } from "vitest";
import type { Speaker } from "../../src/router/define.ts";
import { codeOf, openHouse, shippedCommands, textOf } from "./house.ts";

const commands = await shippedCommands();
const verified = [...commands].filter(([, command]) => command.verified === true).map(([name]) => name);

test("what changes who somebody is, where their pay goes or who holds a backup is said beyond doubt", () => {
  expect(verified.toSorted()).toEqual([
    "backup download",
    "collective token",
    "member add",
    "member identity",
    "member link",
    "member remove",
    "member role",
    "payee set",
  ]);
});

const doubtful: [string, Partial<Speaker>][] = [
  ["in clear text, as the admin of a homeserver can put it into anybody's mouth", { trust: "clear" }],
  ["from a device that is not verified", { trust: "unverified" }],
  ["on a page that was opened from there", { via: "web", trust: "unverified", place: null }],
  ["with a bearer token", { via: "api", trust: "unverified", place: null }],
];

test.each(doubtful)("%s, mia gets no second account and mallory no role", async (_how, about) => {
  const house = openHouse(commands);
  const before = house.people.list();
  for (const line of [
    "member add mallory @mallory:evil.example",
    "member link mia @mallory:evil.example",
    "member role bo maintainer",
    "member remove mia",
    "member identity @mia:a.coop",
  ]) {
    expect(codeOf(await house.says("ana", line, about)), line).toBe("not-verified");
    const [row] = house.audit.list({ limit: 1 });
    expect([row?.what, row?.details]).toEqual([
      "command.denied",
      expect.objectContaining({ code: "not-verified", trust: about.trust }),
    ]);
  }
  expect(house.people.list()).toEqual(before);
  expect(house.started).toEqual([]);
  // A plain member is told whose it is, not how to verify a device in vain.
  expect(codeOf(await house.says("bo", "member remove mia", about))).toBe("not-allowed");
});

test.each(["matrix", "console", "cli", "web"] as const)("said beyond doubt by %s it is done", async (via) => {
  const house = openHouse(commands);
  expect((await house.says("ana", "member link mia @mia-phone:a.coop", { via })).kind).toBe("answer");
  expect(house.people.get("mia").matrixIds).toEqual(["@mia:a.coop", "@mia-phone:a.coop"]);
});

test("the refusal says what to do", async () => {
  const house = openHouse(commands);
  const inTheClear = await house.says("ana", "member link mia @x:evil.example", { trust: "clear" });
  expect(textOf(inTheClear)).toBe(
    [
      "member link counts only from a verified device, and I cannot be sure that you said it yourself.",
      "It came without encryption or from a device that is not verified, so somebody else may have said it in your name. Nothing was done.",
      "Verify your device in your Matrix client and say it to me in an encrypted room. Or somebody who works on the machine itself says it there: `npx tandem --as ana member link …`. If you set up your keys anew, an operator has to say first: `member identity <your Matrix id>`",
    ].join("\n"),
  );
  const byToken = await house.says("bo", "payee set --bank", { via: "api", trust: "unverified" });
  expect(textOf(byToken)).toContain(
    "It came with a bearer token, and whoever has a copy of that speaks in your name.",
  );
});
