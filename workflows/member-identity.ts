import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { MatrixId } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";

/**
 * Lets the new Matrix identity of a member count. Whoever holds their homeserver can make one as well, so somebody
 * compares the keys with the person, on another way than this chat.
 */
export default workflow({
  input: z.strictObject({ matrixId: MatrixId }),
  lock: ({ matrixId }) => `identity ${matrixId}`,
  outline: ["look at the keys", "approval", "let it count", "write it down"],

  async run({ step, tx, approval, identities, people, run }, { matrixId }) {
    const { key, counts, devices } = await step("look at the keys", () => identities.seen(matrixId));
    const { name } = people.get(matrixId);
    if (counts) {
      return say(`The identity that ${matrixId} has now counts already; there is nothing to change.`, {
        list: devices.map(wordsOf),
        next: "A grave yes wants a verified device: whoever is on another one verifies it by one that they have.",
      });
    }
    await approval({
      ask: say(`Believe the new Matrix identity of ${name} (${matrixId})?`, {
        list: [
          ...devices.map(wordsOf),
          `Call ${name} or meet them. Let them read to you what their own client shows of the session on which ` +
            "they set up their keys (in Element: Settings, Sessions, then its details). Agree only if its ID and key " +
            `stand here, letter by letter: otherwise somebody else may be speaking as ${name}.`,
        ],
      }),
      from: "maintainer",
      weight: "grave",
      binds: hashOf({ matrixId, key }),
      subject: matrixId,
      beneficiaries: [name],
    });
    await step("let it count", () => identities.accept(matrixId, key));
    await tx("write it down", () => identities.note(run.askedBy ?? "schedule", matrixId, key));
    return say(`The new identity of ${name} (${matrixId}) counts: a grave yes from its devices is theirs.`, {
      next: `A page that ${name} opened before: sign in anew, by \`web\`.`,
    });
  },
});

/** As clients show a session: its key in groups of four. */
function wordsOf({ id, key }: { id: string; key: string }): string {
  return `Session ID \`${id}\`, session key \`${(key.match(/.{1,4}/g) ?? []).join(" ")}\``;
}
