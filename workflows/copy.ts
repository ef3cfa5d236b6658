import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { AppDomain, ServiceName } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";

/**
 * A file out of a container into the room, or into a container what was handed in. It may be begun twice: the same
 * file is copied once more.
 */
export default workflow({
  input: z.strictObject({
    app: AppDomain,
    service: ServiceName,
    path: z.string().regex(/^\//).max(1000),
    /** The parcel that goes in; without one the file comes out. */
    put: z.string().optional(),
  }),
  outline: ["look", "approval", "write it down", "copy"],

  async run({ step, tx, approval, apps, run }, { app, service, path, put }) {
    const where = `${service}:${path}`;
    const plan = await step("look", () =>
      apps.planCopy(app, { service, path, ...(put !== undefined && { put }) }),
    );
    if (plan.asks) {
      await approval({
        ask: question(app, where, plan.bytes),
        from: "maintainer",
        weight: "ordinary",
        binds: plan.hash,
        subject: app,
      });
    }
    await tx("write it down", () =>
      apps.note(app, run, "app.copied", { where, way: put === undefined ? "out" : "in" }),
    );
    if (put !== undefined) {
      await step("copy", () => apps.copyIn(app, service, path, put));
      return say(`The file is in ${where} of ${app}.`, {
        next: `Look at it: \`app run ${app} ${service} -- ls -l ${path}\``,
      });
    }
    const { name, bytes, parcel } = await step("copy", ({ key }) => apps.copyOut(app, service, path, key));
    const text = `${name}, ${bytes} bytes; the file itself went into the room where it was asked for.`;
    return say(`${where} of ${app}, ${bytes} bytes:`, { attachment: { name, text, parcel } });
  },
});

function question(app: AppDomain, where: string, bytes: number | null): Message {
  return say(
    bytes === null
      ? `Copy ${where} of ${app} into this room?`
      : `Put a file of ${bytes} bytes into ${where} of ${app}?`,
    {
      list: [
        bytes === null
          ? "Everybody in the room can read it, and the room keeps it."
          : "What stands there under that name is overwritten.",
      ],
    },
  );
}
