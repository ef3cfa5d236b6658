import { beforeEach, describe, expect, test } from "vitest";
import { render } from "../../src/chat/render.ts";
import { codeOf, openHouse, shippedCommands, textOf, type TestHouse } from "../router/house.ts";

let house: TestHouse;
beforeEach(async () => {
  house = openHouse(await shippedCommands());
});
const says = async (name: string, line: string): Promise<string> => textOf(await house.says(name, line));

describe("members", () => {
  test("an operator adds a person, gives a role, links an account, takes the role and removes the person", async () => {
    expect(await says("ana", 'member add zoe @zoe:z.coop --display "Zoe Z"')).toBe(
      "Zoe Z is a member now, as `zoe`, and speaks from @zoe:z.coop.\nTo give a role: `member role zoe maintainer`",
    );
    expect(await says("ana", "member role zoe maintainer")).toBe(
      "zoe is maintainer now.\nRoles of zoe: member, maintainer",
    );
    expect(await says("ana", "member role @zoe:z.coop maintainer")).toBe(
      "zoe is maintainer already; nothing has changed.\nRoles of zoe: member, maintainer",
    );
    expect(await says("ana", "member link zoe @zoe-phone:z.coop")).toBe(
      "Zoe Z (`zoe`) speaks from these accounts now:\n- @zoe:z.coop\n- @zoe-phone:z.coop\nThey count as one person and have one voice.",
    );
    expect(await says("ana", "member role zoe maintainer --remove")).toBe(
      "zoe is no maintainer any more.\nRoles of zoe: member",
    );
    expect(await says("ana", "member role zoe maintainer --remove")).toContain("zoe was no maintainer");
    expect(await says("ana", "member remove zoe")).toBe(
      "Zoe Z (`zoe`) is no member any more: no role, no account, no token.\nThe name stays in the records and is not given to anybody else.",
    );
    expect(house.people.byName("zoe")).toBeUndefined();
    const trail = house.audit.list({ subject: "zoe" }).map((row) => `${row.who} ${row.what}`);
    expect(trail).toEqual([
      "ana command.said",
      "ana member.removed",
      "ana command.said",
      "ana command.said",
      "ana role.taken",
      "ana command.said",
      "ana member.linked",
      "ana command.said",
      "ana role.given",
      "ana command.said",
      "ana member.added",
    ]);
  });

  test("a person is named by a mention as well", async () => {
    const html = 'member role <a href="https://matrix.to/#/@bo:a.coop">Bo Berg</a> treasurer';
    const outcome = await house.router.dispatch("member role Bo Berg treasurer", house.speaker("ana"), {
      html,
    });
    expect(textOf(outcome)).toBe("bo is treasurer now.\nRoles of bo: member, treasurer");
  });

  test("are listed with roles and accounts", async () => {
    expect(await says("bo", "member list")).toBe(
      [
        "There are 4 members.",
        "- `ana` · operator · @ana:a.coop",
        "- `bo` · member · @bo:a.coop",
        "- `mia` · maintainer · @mia:a.coop",
        "- `tom` · treasurer · @tom:a.coop",
      ].join("\n"),
    );
  });

  test.each([
    ["member add bo @other:a.coop", "member-name-taken"],
    ["member add zoe @bo:a.coop", "account-taken"],
    ["member add zoe @zoe:a.coop --seat nowhere", "seat-unknown"],
    ["member add Zoe @zoe:a.coop", "argument-unfit"],
    ["member role ana operator --remove", "last-with-role"],
    ["member remove mia", "last-with-role"],
    ["member role bo member --remove", "member-role-stays"],
    ["member role nobody operator", "member-unknown"],
    ["member link bo @mia:a.coop", "account-taken"],
  ])("%s is refused: %s", async (line, code) => {
    const before = house.people.list();
    expect(codeOf(await house.says("ana", line))).toBe(code);
    expect(house.people.list()).toEqual(before);
  });

  test("whoami says as whom one is known", async () => {
    expect(await says("mia", "whoami")).toBe(
      "You are mia (`mia`).\n- Roles: member, maintainer\n- Matrix accounts: @mia:a.coop\n- Member organisation: none\nWhat you can say: `help`",
    );
  });
});

test("member organisations are added and listed with their people", async () => {
  expect(await says("bo", "seat list")).toBe(
    "There is no member organisation yet.\nAn operator adds one: `seat add <name> <title>`",
  );
  expect(await says("ana", "seat add autonomic Autonomic Cooperative")).toBe(
    "Autonomic Cooperative is a member organisation now, as `autonomic`.\nTo add a person of it: `member add <name> <matrix-id> --seat autonomic`",
  );
  await says("ana", "seat add local-it local-it e.V.");
  await says("ana", "member add zoe @zoe:z.coop --seat autonomic");
  expect(await says("bo", "seat list")).toBe(
    "There are 2 member organisations.\n- `autonomic` Autonomic Cooperative · zoe\n- `local-it` local-it e.V. · nobody yet",
  );
  expect(codeOf(await house.says("ana", "seat add autonomic Again"))).toBe("seat-taken");
});

describe("keys", () => {
  test("the sign-in link goes to the asker alone and signs in as them", async () => {
    const outcome = await house.says("bo", "web");
    expect(outcome.kind).toBe("private");
    const link = /https:\S+/.exec(textOf(outcome))?.[0] ?? "";
    expect(JSON.stringify(outcome.kind === "private" && outcome.public)).not.toContain("token=");
    expect(house.tokens.spendSignInLink(new URL(link).searchParams.get("token") ?? "")).toEqual({
      member: "bo",
      verified: true,
    });
  });

  test("a token is shown once, listed by name and ended by name", async () => {
    const outcome = await house.says("bo", "token create script");
    const token = /tdm_\S+/.exec(textOf(outcome))?.[0] ?? "";
    expect(house.tokens.memberOfApiToken(token)).toBe("bo");
    if (outcome.kind !== "private") throw new Error("the token was not private");
    expect(render(outcome.message).body, "what leaves for the room of two holds it").toContain(token);
    expect(JSON.stringify(outcome.public)).not.toContain("tdm_");
    expect(await says("bo", "token list")).toBe(
      "You have 1 token.\n- `script` · made on 2026-10-01 · last used on 2026-10-01\nTo end one: `token revoke <label>`",
    );
    expect(await says("mia", "token list")).toBe("You have no tokens.\nTo make one: `token create <label>`");
    expect(codeOf(await house.says("mia", "token revoke script"))).toBe("token-unknown");
    expect(await says("bo", "token revoke script")).toBe(
      "The token `script` is ended: nobody can speak with it any more.",
    );
    expect(house.tokens.memberOfApiToken(token)).toBeUndefined();
    expect(JSON.stringify(house.audit.list())).not.toContain("tdm_");
  });
});

test("the audit trail, for those who look after it", async () => {
  expect(codeOf(await house.says("bo", "audit"))).toBe("not-allowed");
  await says("ana", "member role bo treasurer");
  expect(await says("tom", "audit bo --limit 2")).toBe(
    [
      "The newest of the audit trail about bo:",
      "- 10 · 2026-10-01 08:00 UTC · ana · command.said member role · bo",
      "- 9 · 2026-10-01 08:00 UTC · ana · role.given · bo",
      "Whether the chain is whole says: `tandem verify-audit`",
    ].join("\n"),
  );
  expect(await says("mia", "audit nothing")).toContain("The audit trail says nothing about nothing.");
  expect(codeOf(await house.says("mia", "audit --limit 1000"))).toBe("argument-unfit");
});
