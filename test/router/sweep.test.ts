import { beforeAll, expect, test } from "vitest";
import { Role } from "../../src/core/terms.ts";
import { rolesFor, type Command } from "../../src/router/index.ts";
import { codeOf, openHouse, roster, shippedCommands, textOf, type TestHouse } from "./house.ts";

let commands: ReadonlyMap<string, Command>;
let house: TestHouse;
beforeAll(async () => {
  commands = await shippedCommands();
  expect(commands.size).toBeGreaterThan(15);
});

/** Everything in the database, to see that a refusal changed nothing but the trail and its own answer. */
function world(): string {
  const tables = ["member", "account", "role_held", "seat", "api_token", "sign_in_link", "session", "app"];
  return JSON.stringify(tables.map((table) => house.db.sqlite.prepare(`select * from ${table}`).all()));
}

test.each([...Object.entries(roster), ["nobody", null] as const])(
  "every command said by %s (%s) through the door",
  async (name, role) => {
    for (const [wording, command] of commands) {
      house = openHouse(commands);
      const before = world();
      const outcome = await house.says(role === null ? null : name, command.example);
      const allowed = role !== null && rolesFor(command).some((one) => one === "member" || one === role);
      if (allowed) {
        const code = outcome.kind === "problem" ? outcome.problem.code : "";
        expect(["not-known", "not-allowed", "unexpected"], wording).not.toContain(code);
        expect(textOf(outcome), wording).not.toBe("");
      } else {
        expect(codeOf(outcome), wording).toBe(role === null ? "not-known" : "not-allowed");
        expect(world(), wording).toBe(before);
        expect([house.started, house.spoken, house.cancelled], wording).toEqual([[], [], []]);
        expect(house.audit.list({ limit: 1 })[0], wording).toMatchObject({
          what: "command.denied",
          subject: wording,
        });
      }
      house.db.close();
    }
  },
);

test("every role that a command names exists, and none is for nobody", () => {
  for (const [wording, command] of commands) {
    expect(rolesFor(command).length, wording).toBeGreaterThan(0);
    for (const role of rolesFor(command)) expect(Role.options, wording).toContain(role);
  }
});
