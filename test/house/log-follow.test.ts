import { expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { dockerDown } from "../../src/core/problems/swarm.ts";
import type { Outgoing } from "../../src/chat/transport.ts";
import { openLogFollow } from "../../src/house/log-follow.ts";

const about = { app: "notes.example.coop" as never, service: "app", lines: 15 };

function follow(logs: () => Promise<string[]>) {
  const clock = new FakeClock();
  const posted: Outgoing[] = [];
  const warned: unknown[] = [];
  const outbox = { post: (out: Outgoing) => void posted.push(out), eventIdOf: () => undefined };
  const followed = openLogFollow({
    apps: { logs },
    outbox: { ...outbox, keyOf: () => undefined, depth: () => 0 },
    clock,
    options: { log: { warn: (...line: unknown[]) => void warned.push(line) } },
  });
  followed.begin("$said/reply", "!ops", about);
  const pass = (seconds: number): Promise<void> => clock.turn(seconds * 1000);
  return { posted, warned, followed, pass };
}

test("edits one message when there is more, says when the minute is over, and ends", async () => {
  const lines = ["one"];
  const { posted, pass } = follow(() => Promise.resolve([...lines]));
  await pass(10);
  expect(posted).toHaveLength(1);
  lines.push("two");
  await pass(10);
  expect(posted).toHaveLength(2);
  expect(posted[1]).toMatchObject({ kind: "edit", target: "key:$said/reply", room: "!ops" });
  expect(JSON.stringify(posted[1])).toContain("one\\ntwo");
  expect(posted.every((out) => out.kind === "edit" && out.message.mentions === undefined)).toBe(true);
  await pass(60);
  expect(posted).toHaveLength(3);
  expect(JSON.stringify(posted[2])).toContain("This was followed for a minute.");
  lines.push("three");
  await pass(60);
  expect(posted).toHaveLength(3);
});

test("goes on over a server that does not answer for a moment", async () => {
  let away = true;
  const { posted, warned, pass } = follow(() =>
    away ? Promise.reject(dockerDown({ socket: "s", reason: "gone" })) : Promise.resolve(["back"]),
  );
  await pass(10);
  expect(posted).toEqual([]);
  away = false;
  await pass(5);
  expect(JSON.stringify(posted)).toContain("back");
  expect(warned).toEqual([]);
});

test("stops with the house", async () => {
  const { posted, followed, pass } = follow(() => Promise.resolve(["one"]));
  followed.stop();
  await pass(70);
  expect(posted).toEqual([]);
});
