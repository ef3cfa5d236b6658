/** A handful of commands of every shape, for tests of the parser. */
import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { AppDomain, Person, RecipeVersion, Role } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";
import type { Command } from "../../src/router/index.ts";

const base = { summary: "It.", example: "x", role: "member" as const, run: () => answer(say("ok")) };
const lines = z.coerce.number().int().max(500).optional().describe("a number of lines");
export const commands = new Map<string, Command>([
  [
    "app deploy",
    command({
      ...base,
      example: "app deploy cloud.example.coop",
      args: { app: AppDomain, version: RecipeVersion.optional() },
    }),
  ],
  [
    "app logs",
    command({
      ...base,
      args: { app: AppDomain, lines, follow: z.boolean().default(false) },
      flags: ["lines", "follow"],
    }),
  ],
  ["app undeploy", command({ ...base, args: { app: AppDomain } })],
  [
    "member role",
    command({
      ...base,
      example: "member role bo maintainer",
      args: { name: Person, role: Role, remove: z.boolean().default(false) },
      flags: ["remove"],
    }),
  ],
  [
    "decline",
    command({
      ...base,
      args: { run: z.string(), why: z.string(), loud: z.boolean().default(false) },
      flags: ["loud"],
      rest: true,
    }),
  ],
  ["whoami", command({ ...base, args: {} })],
]);
