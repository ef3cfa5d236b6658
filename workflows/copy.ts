import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import type { Json } from "../src/core/canonical.ts";
import { AppDomain, ServiceName } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import { agreed, onceMore } from "./parts/agreed.ts";

type CopyPlan = Awaited<ReturnType<Trades["apps"]["planCopy"]>>;
type SentFile = NonNullable<Awaited<ReturnType<Trades["sentFiles"]["fetch"]>>>;

/**
 * A file out of a container into the room, or into a container what was handed in or sent into the room. It may be
 * begun twice: the same file is copied once more.
 */
export default workflow({
  input: z.strictObject({
    app: AppDomain,
    service: ServiceName,
    path: z.string().regex(/^\//).max(1000),
    /** The parcel that goes in; without one the file comes out. */
    put: z.string().optional(),
    /** What the command replied to: if that is a file, it goes in. */
    sent: z.strictObject({ room: z.string().max(255), eventId: z.string().max(255) }).optional(),
  }),
  outline: ["look", "approval", "write it down", "copy"],

  async run(tools, { app, service, path, put, sent }) {
    const { step, tx, apps, run, sentFiles } = tools;
    const file =
      sent === undefined
        ? null
        : await step("fetch the file", (context) => sentFiles.fetch(sent, context), { timeout: "5m" });
    const parcel = file?.parcel ?? put;
    const plan = await agreedPlan(tools, app, { service, path, put: parcel }, file);
    const where = `${service}:${plan.path}`;
    await tx("write it down", () => apps.note(app, run, "app.copied", { where, ...recorded(plan, file) }));
    if (parcel !== undefined) {
      await step("copy", () => apps.copyIn(plan, parcel));
      return say(`The file is in ${where} of ${app}.`, {
        next: `Look at it: \`app run ${app} ${service} -- ls -l ${plan.path}\``,
      });
    }
    const out = await step("copy", ({ key }) => apps.copyOut(plan, key));
    const text = `${out.name}, ${out.bytes} bytes; the file itself went into the room where it was asked for.`;
    const attachment = { name: out.name, text, parcel: out.parcel };
    return say(`${where} of ${app}, ${out.bytes} bytes:`, { attachment });
  },
});

/** Another maintainer agrees, unless the co-op's settings say that none needs to. */
async function agreedPlan(
  tools: Tools & Trades,
  app: AppDomain,
  what: Parameters<Trades["apps"]["planCopy"]>[1],
  file: SentFile | null,
): Promise<CopyPlan> {
  const look = (): Promise<CopyPlan> => tools.apps.planCopy(app, what);
  return agreed(tools, await tools.step("look", look), {
    subject: app,
    check: "look again",
    again: look,
    hash: ({ asks, hash }) => (asks ? hash : null),
    question: (plan, isChanged) => ({
      ask: plan.bytes === null ? outQuestion(plan) : inQuestion(plan, file, isChanged),
      from: "maintainer",
      weight: "ordinary",
    }),
  });
}

function outQuestion({ domain, service, path }: CopyPlan): Message {
  return say(`Copy ${service}:${path} of ${domain} into this room?`, {
    list: ["Everybody in the room can read it, and the room keeps it."],
  });
}

function inQuestion(plan: CopyPlan, file: SentFile | null, isChanged: boolean): Message {
  const { domain, service, path, bytes, content } = plan;
  const again = onceMore(isChanged, "The file, or what stands there,");
  const what = file === null ? `a file of ${bytes} bytes` : `\`${file.name}\`, ${bytes} bytes,`;
  return say(`${again}Put ${what} into ${service}:${path} of ${domain}?`, {
    list: [
      ...(file === null ? [] : [`Sent by ${file.sender}${surety[file.trust]}.`]),
      replaced(plan),
      `Its SHA-256: \`${content}\``,
    ],
  });
}

/** What those who agree should know about who sent it. */
const surety: Record<SentFile["trust"], string> = {
  verified: "",
  unverified: ", from a device that they have not verified: somebody else may have sent it",
  clear: ", unencrypted: whoever runs the homeserver can have changed it",
};

function replaced({ replaces }: CopyPlan): string {
  if (replaces === null || replaces === undefined) return "Nothing stands there under that name yet.";
  if (replaces.kind === "file")
    return `What stands there under that name, ${replaces.bytes} bytes, is overwritten.`;
  return replaces.kind === "link"
    ? "What stands there under that name is a link; the file takes its place."
    : "What stands there under that name is no file, such as a socket; the file takes its place.";
}

function recorded({ bytes, content }: CopyPlan, file: SentFile | null): Record<string, Json> {
  if (content === null) return { way: "out" };
  return { way: "in", bytes, content, ...(file && { name: file.name, sender: file.sender }) };
}
