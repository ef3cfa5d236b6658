import { z } from "zod";
import { importReplyNoFile } from "../src/core/problems/books.ts";
import { MemberName } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { tookFile } from "./parts/taken.ts";

/** A file that was sent into a room goes into the books, whole or not at all; sent twice, it adds nothing. */
export default workflow({
  input: z.strictObject({
    what: z.string(),
    account: z.string().optional(),
    format: z.string().optional(),
    /** The message that was replied to. */
    sent: z.strictObject({ room: z.string().max(255), eventId: z.string().max(255) }),
    by: MemberName,
  }),
  // One after the other: what two files have in common comes once.
  lock: () => "books import",
  outline: ["fetch the file", "take it in"],

  async run({ step, tx, books, sentFiles }, { sent, by, ...as }) {
    const file = await step("fetch the file", (context) => sentFiles.fetch(sent, context), { timeout: "5m" });
    if (file === null) throw importReplyNoFile({});
    const taken = await tx("take it in", () => books.importParcel(file.parcel, as, by));
    return tookFile(taken, { ...as, from: `\`${file.name.replaceAll("`", "")}\`, sent by ${file.sender}` });
  },
});
