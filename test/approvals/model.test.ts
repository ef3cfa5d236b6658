/** Random stories against a model short enough to be believed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { MemberName } from "../../src/core/terms.ts";
import { bench, day, hour, idOf, room } from "./bench.ts";

type Says = "yes" | "no";

/** What must hold: one voice per person, only of those who hold the role now, before the end, never the asker's. */
function model(needed: number, end: number) {
  const roles = new Set(["ana", "bo", "cy", "di"]);
  const voices = new Map<string, { says: Says; event: string }>();
  let status = "open";
  const count = (): void => {
    const now = [...voices].filter(([who]) => roles.has(who)).map(([, voice]) => voice.says);
    if (status !== "open") return;
    if (now.includes("no")) status = "declined";
    else if (now.filter((says) => says === "yes").length >= needed) status = "approved";
  };
  return {
    say(who: string, says: Says, event: string, at: number) {
      if (status !== "open" || who === "ana" || !roles.has(who) || at >= end) return;
      voices.set(who, { says, event });
      count();
    },
    takeBack(event: string) {
      for (const [who, voice] of voices) if (status === "open" && voice.event === event) voices.delete(who);
    },
    role(who: string, held: boolean) {
      roles[held ? "add" : "delete"](who);
      count();
    },
    time(now: number) {
      if (status === "open" && now >= end + 5000) status = "expired";
    },
    get: () => ({
      status,
      standing: [...voices].map(([who, { says }]) => `${who} ${says}`).sort(),
      roles,
    }),
  };
}

// A decline ends a story, so it is rare; those who may answer speak most.
const who = fc.constantFrom("bo", "cy", "di", "bo", "cy", "di", "mo", "ana", "eve");
const symbol = fc.constantFrom(..."✅ 👍🏽 ✔️ ✅ 👍🏽 ✔️ ✅ 👍🏽 ✔️ ✅ 👍🏽 ✔️ ❌ 🎉".split(" "));
const yes = fc.integer({ min: 0, max: 9 }).map((n) => n > 0);
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("react" as const), who, symbol, missed: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("copied" as const), who, symbol }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("redact" as const), nth: fc.nat(), missed: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("speak" as const), who, yes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("again" as const), nth: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("role" as const), who, held: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("turn" as const),
      by: fc.constantFrom("2 s" as const, "6 h" as const, "the end" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reconcile" as const) }) },
);
const says = (typed: string): Says | null => (typed === "🎉" ? null : typed === "❌" ? "no" : "yes");

test("whatever people do, voices and outcome are those of the model", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(act, { maxLength: 60, size: "max" }),
      async (needed, acts) => {
        const { approvals, open, people, clock, voices, status, settled, questionOf, db } = bench();
        approvals.start();
        const id = open({ needed });
        const end = clock.now() + day;
        const expected = model(needed, end);
        /** What the server holds; `heard` tells whether it reached us. */
        const held: { event: string; who: string; symbol: string; at: number; heard: boolean }[] = [];
        const hear = (one: (typeof held)[number], target = questionOf(id)): void =>
          approvals.heard({
            ...{ kind: "reaction", eventId: one.event, room, target },
            ...{ sender: idOf(one.who), symbol: one.symbol, at: one.at },
          });
        const meant = (one: (typeof held)[number]): void => {
          const word = says(one.symbol);
          if (word !== null) expected.say(one.who, word, one.event, one.at);
        };

        for (const [n, action] of acts.entries()) {
          if (action.do === "react" || action.do === "copied") {
            const heard = action.do === "copied" || !action.missed;
            const one = { event: `$e${n}`, who: action.who, symbol: action.symbol, at: clock.now(), heard };
            if (action.do === "copied") hear(one, "$copied");
            else held.push(one);
            if (action.do === "react" && heard) {
              hear(one);
              meant(one);
            }
          } else if (action.do === "redact" && held.length > 0) {
            const [gone] = held.splice(action.nth % held.length, 1);
            if (gone !== undefined && gone.heard && !action.missed) {
              approvals.heard({
                ...{ kind: "redaction", eventId: `$r${n}`, room, redacts: gone.event },
                ...{ sender: idOf(gone.who), at: clock.now() },
              });
              expected.takeBack(gone.event);
            }
          } else if (action.do === "again" && held.length > 0) {
            const one = held[action.nth % held.length];
            if (one?.heard === true) hear(one);
          } else if (action.do === "speak") {
            const word: Says = action.yes ? "yes" : "no";
            try {
              approvals.speak({
                ...{ run: "bakor", says: word, why: "so", member: action.who, matrixId: idOf(action.who) },
                ...{ via: "matrix", trust: "clear", eventId: `$s${n}` },
              });
            } catch (thrown) {
              if (!(thrown instanceof Problem)) throw thrown;
            }
            expected.say(action.who, word, `$s${n}`, clock.now());
          } else if (action.do === "role" && people.byName(action.who) !== undefined) {
            const name = MemberName.parse(action.who);
            const others = people.withRole("maintainer").filter((one) => one.name !== name);
            if (!action.held && others.length === 0) continue;
            people[action.held ? "grant" : "revoke"]("config", name, "maintainer");
            expected.role(action.who, action.held);
          } else if (action.do === "turn") {
            const left = end - clock.now();
            await clock.turn({ "2 s": 2000, "6 h": 6 * hour, "the end": Math.max(0, left) }[action.by]);
            expected.time(clock.now());
          } else if (action.do === "reconcile") {
            await approvals.reconcile(() =>
              Promise.resolve(held.map((one) => ({ ...one, eventId: one.event, sender: idOf(one.who) }))),
            );
            const there = new Set(held.map((one) => one.event));
            for (let m = 0; m < n; m++) if (!there.has(`$e${m}`)) expected.takeBack(`$e${m}`);
            for (const one of held.filter((missed) => !missed.heard)) {
              one.heard = true;
              meant(one);
            }
          }
          const want = expected.get();
          expect(status(id)).toBe(want.status);
          expect(
            voices(id)
              .filter((voice) => !voice.endsWith("withdrawn"))
              .sort(),
          ).toEqual(want.standing);
        }
        const want = expected.get();
        expect(settled.map(({ payload }) => payload.status)).toEqual(
          want.status === "open" ? [] : [want.status],
        );
        if (want.status === "approved") {
          const agreed = settled[0]?.payload.voices.map((voice) => voice.member) ?? [];
          expect(new Set(agreed).size).toBeGreaterThanOrEqual(needed);
          expect(agreed).not.toContain("ana");
        }
        approvals.stop();
        db.close();
      },
    ),
    { numRuns: 150 },
  );
});
