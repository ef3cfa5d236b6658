import { Problem } from "../../../core/problem.ts";
import { someStack } from "../look.ts";
import type { Rule } from "../types.ts";

/** The compose files that COMPOSE_FILE names (split on `:`), else compose.yml. */
function composeNames(said: string | undefined): string[] {
  const named = (said ?? "").split(":").filter((name) => name !== "");
  return named.length === 0 ? ["compose.yml"] : named;
}

export const readable: Rule[] = [
  {
    id: "T001",
    severity: "error",
    asks: "compose.yml is there, and every compose file and .env.sample can be read",
    fix: "Mend what is named; `docker stack config -c <file>` reads it in the same way.",
    check: ({ compose, unreadable }) => [
      ...(compose.some(({ path }) => path === "compose.yml") ||
      unreadable.some((one) => one.path === "compose.yml")
        ? []
        : [{ where: "", what: "There is no compose.yml." }]),
      ...unreadable.map(({ path, reason }) => ({ where: path, what: reason })),
    ],
  },
  {
    id: "T002",
    severity: "error",
    asks: "a deploy with the sample settings would accept the compose files",
    fix: "Mend what is named: Swarm would refuse it at every deploy.",
    check({ tryCompose, unreadable, env, sample, files }) {
      if (tryCompose === undefined)
        return { skipped: "nothing here can read compose files as a deploy does" };
      if (unreadable.length > 0 || !files.has("compose.yml"))
        return { skipped: "not every file can be read (T001)" };
      const named = composeNames(sample.findLast(({ key }) => key === "COMPOSE_FILE")?.value);
      const missing = named.find((name) => !files.has(name));
      if (missing !== undefined)
        return [{ where: ".env.sample", what: `COMPOSE_FILE names ${missing}, which is not there.` }];
      const problem = tryCompose(named, files, { ...Object.fromEntries(env), STACK_NAME: someStack });
      return problem instanceof Problem ? [{ where: "", what: problem.text.happened }] : [];
    },
  },
];
