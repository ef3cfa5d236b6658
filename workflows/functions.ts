import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";

/** Lists the functions that the recipe of an app brings along. */
export default workflow({
  input: z.strictObject({ app: AppDomain }),

  async run({ step, apps }, { app }) {
    const { version, functions } = await step("read", () => apps.functions(app));
    if (functions.length === 0) return say(`The recipe of ${app} at ${version} brings no functions.`);
    return say(`The recipe of ${app} at ${version} brings these functions:`, {
      list: functions.map((name) => `\`${name}\``),
      next: `To run one in its container: \`app cmd ${app} <function> [service] [words…]\``,
    });
  },
});
