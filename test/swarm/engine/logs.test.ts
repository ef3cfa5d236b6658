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
  });
});
