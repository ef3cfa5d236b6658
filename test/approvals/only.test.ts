/** Questions to some people only, and quiet ones. */
import { expect, test } from "vitest";
import { MemberName } from "../../src/core/terms.ts";
import { mostOpenPerRoom } from "../../src/approvals/open.ts";
import { bench, day, idOf } from "./bench.ts";

const only = ["bo", "cy"].map((name) => MemberName.parse(name));

test("of those who hold the role only the named ones have a voice, by reaction and in words", () => {
  const { open, react, status, said, approvals, shown } = bench();
  open({ only });
  react("di", "✅");
  expect(status()).toBe("open");
  expect(said("not-counted")[0]).toContain("It is not among those that this question is for.");
  const speak = (name: string): unknown =>
    approvals.speak({
      run: "bakor",
      says: "yes",
      member: name,
      matrixId: idOf(name),
      via: "web",
      trust: "verified",
    });
  expect(() => speak("di")).toThrow(expect.objectContaining({ code: "approval-not-named" }));
  expect(() => speak("ana")).toThrow(expect.objectContaining({ code: "approval-own" }));
  expect(shown()).toContain("May answer: @bo:example.coop, @cy:example.coop");
  expect(["bo", "di"].map((name) => approvals.waitingFor(name).length)).toEqual([1, 0]);
  speak("bo");
  expect(status()).toBe("approved");
});

test("a named one who does not hold the role has none, and nobody named is nobody", () => {
  const { open, react, status, shown } = bench();
  open({ only: [MemberName.parse("mo")] });
  react("mo", "✅");
  expect(status()).toBe("open");
  open({ only: [] }, { run: "cedar" });
  for (const name of ["bo", "cy", "di"]) react(name, "✅", { id: "cedar/approval" });
  expect(status("cedar/approval")).toBe("open");
  expect(shown("cedar/approval")).toContain("That is too few for 1");
});

test("quiet ones ring nobody, are not reminded of, and leave room for others", async () => {
  const { open, sent, status, clock, deliver, said, approvals } = bench();
  approvals.start();
  for (let n = 0; n < mostOpenPerRoom + 5; n++) open({ quiet: true, expires: "90d" }, { run: `q${n}` });
  expect(status(`q${mostOpenPerRoom + 4}/approval`)).toBe("open");
  open({}, { run: "loud" });
  expect(status("loud/approval")).toBe("open");
  const rung = sent.filter(({ out }) => out.kind === "message" && (out.message.mentions ?? []).length > 0);
  expect(rung.map(({ out }) => out.key)).toEqual(["loud/approval/question"]);
  await clock.turn(80 * day);
  deliver();
  expect(said("/reminder")).toHaveLength(1);
  expect(status("q0/approval")).toBe("open");
  await clock.turn(11 * day);
  expect(status("q0/approval")).toBe("expired");
});
