import { z } from "zod";
import { AppDomain, ServiceName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import exec from "../../workflows/exec.ts";
import functions from "../../workflows/functions.ts";

export default command({
  summary: "Run a function of the recipe's abra.sh in a container, or list the functions that it has.",
  example: "app cmd notes.example.coop greet app",
  role: "maintainer",
  args: {
    app: AppDomain,
    function: z
      .string()
      .regex(/^[A-Za-z][\w-]{0,99}$/, { error: "a function's name, such as run_occ" })
      .optional(),
    service: ServiceName.default("app" as ServiceName),
    words: z.array(z.string()).default([]).describe("what is handed to the function"),
  },
  rest: "words",
  run: ({ args: { app, function: name, service, words }, apps }) => {
    const { domain } = apps.get(app);
    if (name === undefined) return start(functions, { app: domain });
    return start(exec, { app: domain, service, argv: [name, ...words], isFunction: true });
  },
});
