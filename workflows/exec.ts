import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { commandCutOff } from "../src/core/problems/care.ts";
import { AppDomain, ServiceName } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import { agreed, onceMore } from "./parts/agreed.ts";

type ExecPlan = Awaited<ReturnType<Trades["apps"]["planExec"]>>;
/** More than this goes along as a file. */
const linesInRoom = 30;

/**
 * A command, or a function of the recipe's abra.sh, in the container of a service. It is written down before it
 * runs. It runs once: when Tandem stops meanwhile it is not begun again, because twice could do harm.
 */
export default workflow({
  input: z.strictObject({
    app: AppDomain,
    service: ServiceName,
    argv: z.array(z.string().max(4096)).min(1).max(100),
    isFunction: z.boolean(),
    user: z.string().max(100).optional(),
  }),
  outline: ["look", "approval", "write down what is run", "run", "write down how it ended"],

  async run(tools, { app, user, ...ask }) {
    const { step, tx, apps, run } = tools;
    const plan = await agreedPlan(tools, app, { ...ask, ...(user !== undefined && { user }) });
    const { service, words } = plan;
    await tx("write down what is run", () =>
      apps.note(app, run, "app.exec", { service, words, isFunction: ask.isFunction }),
    );
    const end = await step(
      "run",
      ({ signal, attempt }) => {
        if (attempt > 1) throw commandCutOff({ app, service, words });
        return apps.exec(plan, signal);
      },
      { retries: 0, timeout: "15m" },
    );
    const { exitCode, output, isCut } = end;
    await tx("write down how it ended", () =>
      apps.note(app, run, "app.exec-ended", { service, words, exitCode }),
    );
    const lines = output.trimEnd().split("\n");
    const how = exitCode === 0 ? "has run" : `ended with code ${exitCode}`;
    return say(`\`${words}\` ${how} in ${service} of ${app}.`, {
      list: [
        ...(output === "" ? ["It printed nothing."] : []),
        ...(isCut ? ["It printed more than is kept; this is the end of it."] : []),
      ],
      code: lines.slice(-linesInRoom).join("\n"),
      ...(lines.length > linesInRoom && { attachment: { name: `${app}-${service}.txt`, text: output } }),
    });
  },
});

/** Another maintainer agrees, unless the co-op's settings say that none needs to. */
async function agreedPlan(
  tools: Tools & Trades,
  app: AppDomain,
  ask: Parameters<Trades["apps"]["planExec"]>[1],
): Promise<ExecPlan> {
  const look = (): Promise<ExecPlan> => tools.apps.planExec(app, ask);
  return agreed(tools, await tools.step("look", look), {
    subject: app,
    check: "look again",
    again: look,
    hash: ({ asks, hash }) => (asks ? hash : null),
    question: (plan, isChanged) => ({
      ask: question(plan, isChanged),
      from: "maintainer",
      weight: "ordinary",
    }),
  });
}

function question({ domain, service, words, isFunction, user }: ExecPlan, isChanged: boolean): Message {
  const again = onceMore(isChanged, "What runs there");
  return say(`${again}Run this in ${service} of ${domain}${user === undefined ? "" : ` as ${user}`}?`, {
    list: [
      isFunction
        ? "A function of the recipe's abra.sh, inside the container."
        : "A command, inside the container.",
      "What it prints is said in this room, without the values of its secrets.",
    ],
    code: words,
  });
}
