import { beforeAll, describe, expect, test } from "vitest";
import { may, openHelp, rolesFor, usageOf, type Command } from "../../src/router/index.ts";
import { Role } from "../../src/core/terms.ts";
import { expectGolden } from "../golden.ts";
import { codeOf, openHouse, roster, shippedCommands, textOf, topics, wordsOf } from "./house.ts";

let commands: ReadonlyMap<string, Command>;
beforeAll(async () => {
  commands = await shippedCommands();
});

describe("the overview", () => {
  test.each(Object.entries(roster))(
    "%s (%s) is shown what they may do and nothing else",
    async (name, role) => {
      const outcome = await openHouse(commands).says(name, "help");
      const text = textOf(outcome);
      expectGolden(`help/${role}.txt`, `${text}\n`);
      for (const [wording, command] of commands) {
        const allowed = rolesFor(command).some((one) => one === "member" || one === role);
        expect(isListed(text, wording, command), wording).toBe(allowed);
      }
    },
  );
});

/** A command of one word stands there in full, another one in the line of its group. */
function isListed(text: string, wording: string, command: Command): boolean {
  if (!wording.includes(" ")) return text.includes(`- \`${usageOf(wording, command)}\`: `);
  const [group = "", ...rest] = wording.split(" ");
  const line = text.split("\n").find((one) => one.startsWith(`- \`${group}\`: `)) ?? ": ";
  return line
    .slice(line.indexOf(": ") + 2)
    .split(", ")
    .includes(rest.join(" "));
}

describe("help about", () => {
  const about = async (name: string, words: string): Promise<string> =>
    textOf(await openHouse(commands).says(name, `help ${words}`));

  test("a command: summary, usage, arguments with what is expected, example, who may", async () => {
    const all = await Promise.all(
      [...commands.keys()].map(async (name) => `# help ${name}\n${await about("ana", name)}\n`),
    );
    expectGolden("help/commands.txt", all.join("\n"));
    expect(await about("ana", "Member Role")).toBe(
      [
        "Give a role to a member, or take it.",
        "member role <name> <role> [--remove]",
        "- `name`: a member's short name or Matrix id, such as bo or @bo:example.coop",
        "- `role`: a role: member, maintainer, treasurer or operator",
        "- `--remove`: take the role (may be left out)",
        "Example: `member role bo maintainer`",
        "For operators. Only from a verified device in an encrypted room, or on the machine itself.",
      ].join("\n"),
    );
  });

  test("a command for others says whom to ask", async () => {
    expect(await about("bo", "member add")).toContain("For operators. Ask one of them: ana (@ana:a.coop).");
  });

  test("a group shows what of it is theirs", async () => {
    expect(await about("bo", "seat")).toBe(
      [
        "What you can say about seat:",
        "- `seat list`: List the member organisations and who belongs to them.",
        "1 more is for other roles.",
      ].join("\n"),
    );
  });

  test("a page of the manual", async () => {
    expect(await about("bo", "problems")).toBe("**Problems**\nWhat they mean.\n- one\n- two");
  });

  test("what does not exist names the nearest", async () => {
    const outcome = await openHouse(commands).says("bo", "help aprove");
    expect(codeOf(outcome)).toBe("topic-unknown");
    expect(textOf(outcome)).toContain("Was this meant: help approve");
  });

  test("a long page goes along as a file, its beginning in the room", () => {
    const house = openHouse(commands);
    const markdown = `# Long\n\n${"A line of the manual.\n\n".repeat(300)}`;
    const help = openHelp({
      commands,
      people: house.people,
      topics: () => [{ name: "long", title: "Long", markdown }],
    });
    const member = house.people.get("bo");
    const message = help.about("long", member);
    expect(message.attachment).toEqual({ name: "long.md", text: markdown });
    expect(wordsOf(message.blocks).length).toBeLessThan(1500);
    expect(topics.length).toBe(1);
  });
});

test("the permissions: every command and every role", () => {
  const roles = Role.options;
  const rows = [...commands]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, command]) =>
      [
        name.padEnd(24),
        ...["nobody", ...roles].map((role) => {
          const holder =
            role === "nobody" ? null : { roles: [...new Set<Role>(["member", Role.parse(role)])] };
          return (may(holder, command) ? "may" : "-").padEnd(12);
        }),
        (command.reads === true ? "reads" : "changes") + (command.verified === true ? ", verified" : ""),
      ].join(" "),
    );
  const head = ["command".padEnd(24), ...["nobody", ...roles].map((role) => role.padEnd(12)), ""]
    .join(" ")
    .trimEnd();
  expectGolden("permissions.txt", [head, ...rows, ""].join("\n"));
});
