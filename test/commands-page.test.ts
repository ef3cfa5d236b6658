import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { startedOtherwise } from "../src/house/scheduled.ts";
import { argsOf, discover, onlyVerified, rolesFor, usageOf, type Command } from "../src/router/index.ts";

const root = path.join(import.meta.dirname, "..");
const page = path.join(root, "src/docs/commands.md");

test("the manual's page of commands is what can be said, nothing more and nothing less", async () => {
  const { commands } = await discover({
    commands: [path.join(root, "commands")],
    workflows: [path.join(root, "workflows")],
    startedOtherwise,
  });
  expect(commands.size).toBeGreaterThan(20);
  const text = `# Commands

Everything that can be said to Tandem, made from the commands themselves. In a room each begins with \`!tandem\`; on the
command line with \`npx tandem\`. \`help <command>\` says the same where you are.

${[...commands].map(([name, command]) => entry(name, command)).join("\n")}`;
  if (process.env["GOLDEN"] === "write") writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
});

function entry(name: string, command: Command): string {
  const args = argsOf(command).map(
    (arg) => `- \`${arg.flag ?? arg.shown}\`: ${arg.expected}${arg.optional ? " (may be left out)" : ""}`,
  );
  const facts = [
    `- For: ${rolesFor(command).join(", ")}`,
    ...(command.verified === true ? [`- ${onlyVerified}`] : []),
    `- Example: \`${command.example}\``,
  ];
  const list = [...args, ...facts].join("\n");
  return `## ${name}\n\n${command.summary}\n\n\`${usageOf(name, command)}\`\n\n${list}\n`;
}
