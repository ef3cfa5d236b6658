import { expect, test } from "vitest";
import { openInvites } from "../../../src/chat/matrix/invites.ts";
import { FakeClock } from "../../../src/core/clock.ts";

const self = "@tandem:example.coop";
const invite = (sender: string): object[] => [{ type: "m.room.member", state_key: self, sender }];
const minute = 60_000;
const badGateway = Object.assign(new Error("bad gateway"), { statusCode: 502 });

/** `answers`: what the homeserver says to each request; undefined: it is done. */
function house(answers: (endpoint: string) => Error | undefined) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const kept = new Map<string, unknown>();
  const invites = openInvites({
    ...{ self, clock, log: { info: () => undefined, warn: () => undefined } as never },
    api: {
      call: (_: string, endpoint: string) => {
        asked.push(endpoint.split("/").at(-1) ?? "");
        const refusal = answers(endpoint);
        return refusal === undefined ? Promise.resolve({}) : Promise.reject(refusal);
      },
    } as never,
    state: {
      get: (key: string) => kept.get(key),
      set: (key: string, value: unknown) => kept.set(key, value),
    } as never,
    mayInvite: (matrixId) => matrixId === "@ana:example.coop",
  });
  return { clock, asked, invites };
}

test("a room on a server that is away is tried ever more seldom, however often there is a sync", async () => {
  const { clock, asked, invites } = house(() => badGateway);
  invites.note("!away", invite("@ana:example.coop"));
  for (let turn = 0; turn < 24 * 60; turn++) {
    await invites.answer();
    await clock.turn(minute);
  }
  // 30 s, doubled up to an hour: some thirty in a day.
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.length).toBeLessThan(40);
});

test("an invite that is new is answered at once, also while another waits; strangers are told why not", async () => {
  const { asked, invites } = house((endpoint) => (endpoint.includes("away") ? badGateway : undefined));
  invites.note("!away", invite("@ana:example.coop"));
  await invites.answer();
  await invites.answer();
  expect(asked).toHaveLength(1);
  invites.note("!here", invite("@mallory:example.com"));
  await invites.answer();
  expect(asked.slice(1)).toEqual([expect.stringContaining("away"), "leave"]);
});
