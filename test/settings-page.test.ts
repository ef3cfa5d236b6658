import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { settingDocs, type SettingDoc } from "../src/config.ts";

const page = path.join(import.meta.dirname, "../src/docs/settings.md");

test("the manual's page of settings is the schema, nothing more and nothing less", () => {
  const text = settingsPage();
  if (process.env["GOLDEN"] === "write") writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
});

test("every setting says what it is for", () => {
  expect(settingDocs().filter((setting) => setting.about.length < 10)).toEqual([]);
});

function settingsPage(): string {
  return `# Settings

Every setting of \`tandem.yaml\`, made from the schema that checks it. Unknown settings are refused.

Secrets never stand in \`tandem.yaml\`: they come from the files that the settings ending in \`File\` name, or from
\`TANDEM_MATRIX_ACCESS_TOKEN\`, \`TANDEM_MATRIX_STORE_PASSPHRASE\`, \`TANDEM_MATRIX_RECOVERY_KEY\` and
\`TANDEM_MATRIX_PASSWORD\`. The file itself is \`tandem.yaml\` in the folder where Tandem is started, or what
\`TANDEM_SETTINGS\` names.

${settingDocs().map(entry).join("\n")}`;
}

function entry({ path: name, env, type, fallback, about }: SettingDoc): string {
  const facts = [`- Kind: ${type}`];
  if (fallback !== "") facts.push(`- Default: \`${fallback}\``);
  if (env !== null) facts.push(`- Variable: \`${env}\``);
  return `## ${name}\n\n${about}\n\n${facts.join("\n")}\n`;
}
