import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Attachment } from "@matrix-org/matrix-sdk-crypto-wasm";
import { BodyTooLarge } from "../../../src/chat/matrix/http.ts";
import { mediaPath, sentFile, shownName, type SentFileParts } from "../../../src/chat/matrix/sent-file.ts";
import type { SentFile } from "../../../src/chat/transport.ts";
import { Problem } from "../../../src/core/problem.ts";

const mostBytes = 1024;
const bytes = Buffer.from("bytes of the file");

interface Told {
  /** The event's content, or what asking for it throws. */
  content?: Record<string, unknown> | Error;
  more?: Record<string, unknown>;
  decrypt?: SentFileParts["crypto"]["decrypt"];
  download?: SentFileParts["api"]["download"];
}

const refusal = (statusCode: number, errcode?: string): Error =>
  Object.assign(new Error("refused"), { statusCode, ...(errcode && { errcode, error: "so it says" }) });

async function ask({ content = {}, more, decrypt, download }: Told): Promise<SentFile | undefined> {
  const event = {
    event_id: "$file",
    type: "m.room.message",
    sender: "@bo:example.coop",
    origin_server_ts: 1,
    content,
    ...more,
  };
  const parts: SentFileParts = {
    api: {
      call: (method, path) => {
        expect([method, path]).toEqual(["GET", "/_matrix/client/v3/rooms/!r%3Ax/event/%24file"]);
        return content instanceof Error ? Promise.reject(content) : Promise.resolve(event as never);
      },
      download:
        download ??
        ((path, most) => {
          expect([path, most]).toEqual(["/_matrix/client/v1/media/download/example.coop/abc", mostBytes]);
          return Promise.resolve(bytes);
        }),
    },
    crypto: {
      decrypt: decrypt ?? (() => expect.fail("nothing is to be decrypted")),
      decryptFile: () => expect.fail("nothing is to be decrypted"),
    },
  };
  return sentFile(parts, "!r:x", "$file", { mostBytes });
}

async function problemOf(told: Told): Promise<[code: string, happened: string]> {
  const thrown: unknown = await ask(told).then(
    () => expect.fail("it worked"),
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof Problem)) throw thrown;
  return [thrown.code, thrown.text.happened];
}

const url = "mxc://example.coop/abc";
const clear = { msgtype: "m.file", body: "logo.png", url };

describe("what is a file", () => {
  test.each(["m.file", "m.image", "m.audio", "m.video"])("%s", async (msgtype) => {
    expect(await ask({ content: { ...clear, msgtype } })).toEqual({
      name: "logo.png",
      bytes,
      sender: "@bo:example.coop",
      trust: "clear",
    });
  });

  test.each<[string, Told]>([
    ["words", { content: { ...clear, msgtype: "m.text" } }],
    ["a notice", { content: { ...clear, msgtype: "m.notice" } }],
    ["nothing at all", { content: {} }],
    ["a sticker", { content: clear, more: { type: "m.sticker" } }],
    ["a reaction", { content: clear, more: { type: "m.reaction" } }],
  ])("not %s", async (_what, told) => {
    expect(await ask(told)).toBeUndefined();
  });
});

describe("what cannot be had is said in words", () => {
  test.each<[string, Told, string, RegExp]>([
    [
      "an unknown event",
      { content: refusal(404, "M_NOT_FOUND") },
      "reply-target-unknown",
      /there is no such message in this room/,
    ],
    [
      "a room that the bot has left",
      { content: refusal(403, "M_FORBIDDEN") },
      "reply-target-unknown",
      /403 M_FORBIDDEN so it says/,
    ],
    [
      "a message that was taken back",
      { content: {}, more: { unsigned: { redacted_because: { type: "m.room.redaction" } } } },
      "reply-target-unknown",
      /it was taken back/,
    ],
    [
      "an answer that is no event",
      { content: clear, more: { origin_server_ts: "today" } },
      "reply-target-unknown",
      /is no message/,
    ],
    [
      "somebody without a proper id",
      { content: clear, more: { sender: "bo" } },
      "reply-target-unknown",
      /no proper Matrix id/,
    ],
    [
      "a key that has not come",
      {
        content: {},
        more: { type: "m.room.encrypted" },
        decrypt: () => Promise.resolve({ readable: false, keyMayCome: true, reason: "x" }),
      },
      "reply-target-unknown",
      /its key has not come/,
    ],
    [
      "an event that is broken",
      {
        content: {},
        more: { type: "m.room.encrypted" },
        decrypt: () => Promise.resolve({ readable: false, keyMayCome: false, reason: "x" }),
      },
      "reply-target-unknown",
      /it cannot be decrypted/,
    ],
    [
      "a file without an address",
      { content: { ...clear, url: undefined } },
      "sent-file-unreadable",
      /logo\.png cannot be read: its message names no place/,
    ],
    [
      "an encrypted file without an address, whatever stands beside it",
      { content: { ...clear, file: {} } },
      "sent-file-unreadable",
      /names no place/,
    ],
    [
      "a file that is not given",
      { content: clear, download: () => Promise.reject(refusal(404, "M_NOT_FOUND")) },
      "sent-file-not-given",
      /does not give the file logo\.png: 404 M_NOT_FOUND so it says/,
    ],
    [
      "a file that is too large",
      { content: clear, download: () => Promise.reject(new BodyTooLarge()) },
      "sent-file-too-large",
      /logo\.png is larger than/,
    ],
  ])("%s", async (_what, told, code, words) => {
    const [is, happened] = await problemOf(told);
    expect(is).toBe(code);
    expect(happened).toMatch(words);
  });

  test.each<[string, Told]>([
    ["for the event", { content: refusal(502) }],
    ["for the file", { content: clear, download: () => Promise.reject(refusal(500, "M_UNKNOWN")) }],
    ["at all", { content: new Error("fetch failed") }],
  ])("a homeserver that is away %s is asked again later", async (_what, told) => {
    await expect(ask(told)).rejects.toThrow(/the homeserver did not give/);
    await expect(ask(told)).rejects.not.toBeInstanceOf(Problem);
  });

  test("what is said of the encryption of a file is shown to nobody when it makes no sense", async () => {
    const sealed = Attachment.encrypt(bytes);
    const info = JSON.parse(sealed.mediaEncryptionInfo ?? "") as { key: { k: string } };
    const file = { ...info, url, v: "v0" };
    const parts: SentFileParts = {
      api: {
        call: () =>
          Promise.resolve({
            ...{ event_id: "$f", type: "m.room.message", sender: "@bo:x", origin_server_ts: 1 },
            content: { msgtype: "m.file", body: "logo.png", file },
          } as never),
        download: () => Promise.resolve(Buffer.from(sealed.encryptedData)),
      },
      crypto: {
        decrypt: () => expect.fail("the event is clear"),
        decryptFile: () => {
          throw new Error(`unexpected ${info.key.k}`);
        },
      },
    };
    const thrown = await sentFile(parts, "!r:x", "$file", { mostBytes }).catch((reason: unknown) => reason);
    expect(thrown).toMatchObject({ code: "sent-file-unreadable" });
    expect(JSON.stringify(thrown)).not.toContain(info.key.k);
  });
});

describe("a name from outside", () => {
  test.each([
    [{ body: "logo.png" }, "logo.png"],
    [{ filename: "logo.png", body: "our new logo" }, "logo.png"],
    [{ body: "../../etc/passwd" }, "passwd"],
    [{ body: "C:\\Users\\bo\\page.html" }, "page.html"],
    [{ body: "two\nlines\u202Egnp.exe" }, "twolinesgnp.exe"],
    [{ body: "`rm -rf /` and `more`" }, "' and 'more'"],
    [{ body: "größe 大きい 🚲.txt" }, "größe 大きい 🚲.txt"],
    [{ body: "/" }, "file"],
    [{ body: "\uD800\u0007 " }, "file"],
    [{ filename: 5 }, "file"],
    [{}, "file"],
    [{ body: "🚲".repeat(200) }, `${"🚲".repeat(99)}…`],
  ])("%j is shown as %j", (content, name) => {
    expect(shownName(content)).toBe(name);
  });

  test("is one short line that leads nowhere and ends no code, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (body) => {
        const name = shownName({ body });
        return !/[/\\`\p{C}\p{Zl}\p{Zp}]/u.test(name) && Array.from(name).length <= 100 && name.trim() !== "";
      }),
      { numRuns: 300 },
    );
  });
});

describe("an address", () => {
  test.each([
    ["mxc://example.coop/abc-D_1", "example.coop/abc-D_1"],
    ["mxc://example.coop:8448/abc", "example.coop%3A8448/abc"],
    ["mxc://[2001:db8::1]:8448/abc", "%5B2001%3Adb8%3A%3A1%5D%3A8448/abc"],
  ])("%s is asked for at its place", (address, there) => {
    expect(mediaPath(address)).toBe(`/_matrix/client/v1/media/download/${there}`);
  });

  test.each([
    "mxc://../abc",
    "mxc://example.coop/..",
    "mxc://example.coop/a/b",
    "mxc://example.coop/../../sync",
    "mxc://example.coop/a?allow_remote=false",
    "mxc://example.coop/a#b",
    "mxc://example.coop/",
    "mxc:///a",
    "https://example.coop/a",
    "mxc://example.coop/a\n",
    `mxc://example.coop/${"a".repeat(300)}`,
    5,
    undefined,
  ])("%j is none", (address) => {
    expect(mediaPath(address)).toBeUndefined();
  });
});
