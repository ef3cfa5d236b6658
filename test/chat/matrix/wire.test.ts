import { expect, test } from "vitest";
import { say } from "../../../src/chat/message.ts";
import type { Claimed } from "../../../src/chat/outbox.ts";
import { makeWire, type WireParts } from "../../../src/chat/matrix/wire.ts";

/** A message with a file, where an upload is answered with this failure. */
function wireOf(failure: object | undefined) {
  const parts = {
    api: {
      upload: () =>
        failure === undefined
          ? Promise.resolve("mxc://example.coop/file")
          : Promise.reject(Object.assign(new Error("refused"), failure)),
    },
    crypto: { rooms: { isEncrypted: () => Promise.resolve(false) } },
  } as unknown as WireParts;
  const message = say("It was copied.", { attachment: { name: "words.txt", text: "many words" } });
  const out = { kind: "message", key: "k", room: "!a", message };
  return makeWire(parts, { key: "k", out } as unknown as Claimed);
}
const bodies = async (failure?: object): Promise<unknown[]> =>
  (await wireOf(failure)).parts.map((part) => (part.kind === "event" ? part.content["body"] : part.kind));

test("a text goes with its file", async () => {
  expect(await bodies()).toEqual(["It was copied.", "words.txt"]);
});

test("a file that the homeserver will never take does not keep the text back: in its place stands why", async () => {
  const [text, why] = await bodies({ statusCode: 413 });
  expect(text).toBe("It was copied.");
  expect(why).toMatch(/words\.txt.*could not be sent/);
});

test("while it cannot be uploaded for the moment, nothing is sent", async () => {
  await expect(bodies({ statusCode: 502 })).rejects.toThrow("refused");
});
