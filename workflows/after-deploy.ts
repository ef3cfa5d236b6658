import { z } from "zod";
import { messageOf } from "../src/core/problem.ts";
import { commandCutOff } from "../src/core/problems/care.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";

/** How the commands went, for the answer of the deploy that started this. */
export interface AfterDeploy {
  lines: string[];
  /** What the one that failed has printed. */
  output: string;
  failed: boolean;
}

const mostOutputCharacters = 2000;

/**
 * What a recipe wants done once it is deployed (POST_DEPLOY_CMDS, POST_UPGRADE_CMDS): functions of its abra.sh, in
 * its containers, one after the other. The first that fails ends it. It never fails itself: the app is deployed.
 */
export default workflow({
  input: z.strictObject({
    app: AppDomain,
    commands: z.array(z.strictObject({ service: z.string(), argv: z.array(z.string()).min(1) })),
  }),

  async run({ step, tx, apps, run }, { app, commands }): Promise<AfterDeploy> {
    const lines: string[] = [];
    for (const [index, { service, argv }] of commands.entries()) {
      const words = `${service} ${argv.join(" ")}`;
      try {
        const plan = await step(`look ${index + 1}`, () =>
          apps.planExec(app, { service, argv, isFunction: true }),
        );
        const { exitCode, output } = await step(
          `command ${index + 1}`,
          ({ signal, attempt }) => {
            if (attempt > 1) throw commandCutOff({ app, service, words });
            return apps.exec(plan, signal);
          },
          { retries: 0, timeout: "30m" },
        );
        await tx(`write down ${index + 1}`, () =>
          apps.note(app, run, "app.exec-ended", { service, words, exitCode }),
        );
        if (exitCode !== 0) {
          lines.push(`\`${words}\` ended with code ${exitCode}`);
          return { lines: withRest(lines, commands.slice(index + 1)), output: endOf(output), failed: true };
        }
        lines.push(`\`${words}\` has run`);
      } catch (thrown) {
        lines.push(`\`${words}\` was not run to its end: ${messageOf(thrown)}`);
        return { lines: withRest(lines, commands.slice(index + 1)), output: "", failed: true };
      }
    }
    return { lines, output: "", failed: false };
  },
});

function withRest(lines: string[], rest: { service: string; argv: string[] }[]): string[] {
  return [...lines, ...rest.map(({ service, argv }) => `\`${service} ${argv.join(" ")}\` was not begun`)];
}

function endOf(output: string): string {
  return output.trimEnd().slice(-mostOutputCharacters);
}
