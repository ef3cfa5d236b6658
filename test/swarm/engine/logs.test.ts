import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import { linesIn } from "../../../src/swarm/engine/logs.ts";

function frame(stream: 1 | 2, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

const at = (second: number): string => `2026-10-01T08:00:0${second}.000000000Z`;

describe("the lines of a log", () => {
  it("in frames: both streams, by time, the last ones", () => {
    const bytes = Buffer.concat([
      frame(2, `${at(3)} third\n`),
      frame(1, `${at(1)} first\n${at(2)} second\n`),
      frame(1, `${at(4)} fourth, wide: ü\n`),
    ]);
    expect(linesIn(bytes, 3)).toEqual(["second", "third", "fourth, wide: ü"]);
  });

  it("raw, as from a terminal", () => {
    expect(linesIn(Buffer.from(`${at(1)} one\r\n${at(2)} two\r\n`), 10)).toEqual(["one", "two"]);
  });

  it("that docker-modem took for JSON", () => {
    expect(linesIn({ level: "warn" }, 10)).toEqual(['{"level":"warn"}']);
    expect(linesIn(Buffer.alloc(0), 10)).toEqual([]);
  });

  it("without secrets, and cut where one line is a page", () => {
    const secret = new Secret("correct-horse-staple").reveal();
    expect(linesIn(Buffer.from(`${at(1)} password=${secret}\n`), 10)).toEqual(["password=•••"]);
    expect(linesIn(Buffer.from(`${at(1)} ${"x".repeat(2000)}\n`), 10)[0]).toHaveLength(500);
    const key = ["-----BEGIN PRIVATE KEY-----", "MC4CAQ", "AwEAAQ", "-----END PRIVATE KEY-----"];
    const lines = ["before", ...key, "after"].map((line, n) => `${at(n)} ${line}\n`);
    expect(linesIn(Buffer.from(lines.join("")), 10)).toEqual(["before", "•••", "after"]);
  });

  it("never with a part of a secret, wherever the line is cut", () => {
    const secret = new Secret("staple-horse-correct".repeat(5)).reveal();
    for (const before of [450, 499, 65_480, 65_535]) {
      const [line = ""] = linesIn(Buffer.from(`${at(1)} ${"x".repeat(before)}${secret}\n`), 10);
      expect(line).toBe(before < 500 ? `${"x".repeat(before)}•••`.slice(0, 500) : "x".repeat(500));
    }
    // Of a line that is all secrets the cut would come into sight.
    expect(linesIn(Buffer.from(`${at(1)} ${secret.repeat(800)}\n`), 10)[0]).not.toContain("staple");
  });
});
