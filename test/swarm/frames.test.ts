import { Duplex, PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { eachFrame } from "../../src/swarm/frames.ts";

/** A command on the other side of a connection: what it got, and a way to say something and to end. */
function command(): {
  stream: Duplex;
  says: (kind: 1 | 2, text: string) => void;
  ends: () => void;
  got: string[];
} {
  const got: string[] = [];
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _, done) {
      got.push(chunk.toString());
      done();
    },
  });
  return {
    stream,
    got,
    says(kind, text) {
      const header = Buffer.alloc(8);
      header[0] = kind;
      header.writeUInt32BE(text.length, 4);
      stream.push(Buffer.concat([header, Buffer.from(text)]));
    },
    ends() {
      stream.push(null);
      stream.once("end", () => stream.destroy());
    },
  };
}

test("a command that ends before it has read its input has ended, and the input is not to blame", async () => {
  const { stream, says, ends } = command();
  const heard: string[] = [];
  const input = new PassThrough();
  const all = eachFrame(stream, (kind, bytes) => void heard.push(`${kind}: ${bytes.toString()}`), {
    stdin: input,
  });
  input.write("a beginning");
  says(2, "no room left");
  ends();
  await all;
  expect(heard).toEqual(["stderr: no room left"]);
  expect(input.destroyed).toBe(true);
});

test("an input that breaks is told, whatever the command makes of it", async () => {
  const { stream, got } = command();
  const input = new PassThrough();
  const all = eachFrame(stream, () => undefined, { stdin: input });
  input.write("a beginning");
  await new Promise((soon) => setImmediate(soon));
  input.destroy(new Error("the dump broke"));
  await expect(all).rejects.toThrow("the dump broke");
  expect(got).toEqual(["a beginning"]);
});
