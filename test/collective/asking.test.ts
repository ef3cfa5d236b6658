import { describe, expect, test } from "vitest";
import { boToken } from "../contract/opencollective/state.ts";
import type { Fault } from "../contract/opencollective/state.ts";
import { ask, codeOf, house } from "./house.ts";

test("with the person's own token: in their name, to their saved way, with our key and no hours", async () => {
  const { collective, state, owe, stateOf, putIn } = house();
  await putIn("bo", boToken);
  const payable = owe("bo");
  expect(await ask(collective, payable)).toMatchObject({ kind: "expense" });
  expect(state.expenses).toMatchObject([
    {
      ...{ status: "PENDING", cents: 5000, currency: "EUR", payee: "bo-b", createdBy: "bo-b" },
      ...{ reference: payable, customData: { tandem: { key: payable } } },
      description: "Work in 2026-10 (bakor/bo/EUR)",
    },
  ]);
  expect(stateOf(payable)).toEqual({ state: "asked", reference: "ex-1", said: "asked for there" });
  await ask(collective, payable);
  expect(state.expenses).toHaveLength(1);
});

test("without one: an invitation by the co-op, in which the amount cannot be changed", async () => {
  const { collective, state, owe } = house();
  collective.setPayee("ana", { email: "ana@example.coop" });
  await ask(collective, owe("ana", 1234, "JPY"));
  expect(state.expenses).toMatchObject([
    {
      ...{ status: "DRAFT", cents: 123_400, currency: "JPY", createdBy: "coop-bot" },
      lockedFields: ["AMOUNT", "PAYEE", "DESCRIPTION", "TYPE"],
    },
  ]);
});

test("an answer that was lost: found again, not made again", async () => {
  const { collective, state, faults, owe, putIn } = house();
  await putIn("bo", boToken);
  const payable = owe("bo");
  faults.next = (operation) => (operation === "CreateExpense" ? "lost at once" : undefined);
  expect(await ask(collective, payable)).toEqual({ kind: "unsure" });
  expect(await ask(collective, payable)).toMatchObject({ kind: "expense", expense: { id: "ex-1" } });
  expect(state.expenses).toHaveLength(1);
});

test("invitations keep their distance, also after a restart, and Open Collective takes each of them", async () => {
  const { collective, clock, owe, again } = house();
  const waits: number[] = [];
  for (const member of ["ana", "bo", "tess"])
    collective.setPayee(member, { email: `${member}@example.coop` });
  for (const member of ["ana", "bo", "tess"]) {
    const restarted = again();
    const payable = owe(member);
    const turn = restarted.takeTurn(payable);
    if (turn.kind !== "turn") throw new Error("no turn");
    waits.push(turn.waitMs);
    await clock.turn(turn.waitMs);
    expect(await restarted.submit(payable, turn.way)).toMatchObject({ kind: "expense" });
  }
  expect(waits).toEqual([0, 12_000, 12_000]);
});

test("one that comes too early is told as too often, and not made", async () => {
  const { collective, state, owe } = house();
  collective.setPayee("ana", { slug: "ana-a" });
  collective.setPayee("bo", { slug: "bo-b" });
  await ask(collective, owe("ana"));
  expect(await collective.submit(owe("bo"), "draft")).toMatchObject({
    problem: { code: "collective-busy" },
  });
  expect(state.expenses).toHaveLength(1);
});

test("more than ninety requests do not leave in one minute", async () => {
  const { collective, state, clock, owe } = house();
  collective.setPayee("bo", { slug: "bo-b" });
  const payable = owe("bo");
  const all = Array.from({ length: 95 }, () => collective.find(payable));
  await clock.turn(30_000);
  expect(state.requests).toHaveLength(90);
  await clock.turn(31_000);
  expect((await Promise.all(all)).every(({ kind }) => kind === "none")).toBe(true);
  expect(state.requests).toHaveLength(95);
});

describe("what may come back is told in words, and can be waited out", () => {
  const faults: [Fault, string][] = [
    ["away", "collective-unreachable"],
    ["page", "collective-page"],
    ["busy", "collective-busy"],
    ["changed", "collective-changed"],
  ];
  test.for(faults)("%s", async ([fault, code]) => {
    const { collective, faults: next, owe, state } = house();
    collective.setPayee("bo", { slug: "bo-b" });
    const payable = owe("bo");
    next.next = () => fault;
    expect(await collective.find(payable)).toMatchObject({ kind: "trouble", problem: { code } });
    expect(await collective.look(payable)).toMatchObject({ kind: "trouble" });
    expect(state.expenses).toEqual([]);
  });

  test("no answer at all: given up after 45 s", async () => {
    const { collective, clock, faults: next, owe } = house();
    collective.setPayee("bo", { slug: "bo-b" });
    next.next = () => "lost";
    const looked = collective.find(owe("bo"));
    await clock.turn(46_000);
    expect(await looked).toMatchObject({
      problem: { happened: "Open Collective did not answer: no answer within 45 s." },
    });
  });

  test("it is left alone for as long as it wants to be", async () => {
    const { collective, clock, state, faults: next, owe } = house();
    collective.setPayee("bo", { slug: "bo-b" });
    const payable = owe("bo");
    next.next = () => "busy";
    await collective.find(payable);
    next.next = () => undefined;
    expect(await collective.find(payable)).toMatchObject({ problem: { code: "collective-busy" } });
    expect(state.requests).toHaveLength(1);
    await clock.turn(61_000);
    expect(await collective.find(payable)).toEqual({ kind: "none" });
  });
});

describe("nothing is made when it cannot be known whether it was", () => {
  test("an invitation may have gone out, and the co-op's token is gone", async () => {
    const { collective, owe, again, putIn } = house();
    collective.setPayee("bo", { email: "bo@example.coop" });
    const payable = owe("bo");
    collective.takeTurn(payable);
    await putIn("bo", boToken);
    const found = await again({ token: undefined }).find(payable);
    expect(found).toMatchObject({ problem: { code: "collective-no-token" } });
  });

  test("nobody has a token, or nobody said how", async () => {
    const { again, owe, collective } = house();
    const without = again({ token: undefined });
    const payable = owe("bo");
    expect(await without.find(payable)).toMatchObject({ problem: { code: "payee-missing" } });
    collective.setPayee("bo", { slug: "bo-b" });
    expect(await without.find(payable)).toMatchObject({ problem: { code: "collective-no-token" } });
  });

  test("an answer with expenses that do not bear our key", async () => {
    const { collective, owe, again } = house();
    collective.setPayee("bo", { slug: "bo-b" });
    const node = {
      ...{ id: "ex-9", legacyId: 9, status: "PENDING", currency: "EUR", payee: { slug: "bo-b" } },
      ...{ amountV2: { valueInCents: 5000, currency: "EUR" }, approvedBy: [], customData: null },
    };
    const body = JSON.stringify({ data: { expenses: { totalCount: 1, nodes: [node] } } });
    const headers = { "content-type": "application/json" };
    const careless = again({ fetch: () => Promise.resolve(new Response(body, { headers })) });
    expect(await careless.find(owe("bo"))).toMatchObject({ problem: { code: "collective-changed" } });
  });

  test("an amount that it cannot keep", () => {
    const { collective, owe } = house();
    collective.setPayee("bo", { slug: "bo-b" });
    expect(collective.takeTurn(owe("bo", 1234, "KWD"))).toMatchObject({
      problem: {
        code: "collective-amount-unfit",
        happened: "KWD 1.234 cannot be asked for at Open Collective.",
      },
    });
  });

  test("what is not due", async () => {
    const { collective, owe, db } = house();
    const payable = owe("bo");
    db.sqlite.exec("update payable set state = 'paid'");
    expect(await codeOf(() => collective.find(payable))).toBe("payable-not-due");
    expect(await codeOf(() => collective.wayOf("xxxxx/bo/EUR"))).toBe("payable-unknown");
  });
});

test("who is not the payee's admin is refused there, in its words", async () => {
  const { collective, owe, putIn } = house();
  await putIn("bo", boToken);
  collective.setPayee("bo", { slug: "ana-a" });
  const made = await collective.submit(owe("bo"), "own");
  expect(made).toMatchObject({ kind: "trouble", problem: { code: "collective-refused" } });
});

test.each([
  [{ errors: [{ message: "Something broke" }] }, "collective-refused"],
  [{ errors: [{ message: 7 }] }, "collective-unreachable"],
  [{ errors: "all of it" }, "collective-changed"],
  [{ data: "all of it" }, "collective-changed"],
  [{ data: [] }, "collective-changed"],
  [{}, "collective-changed"],
  [[], "collective-changed"],
  ["all of it", "collective-changed"],
  [7, "collective-changed"],
  [null, "collective-changed"],
  [{ errors: [{ message: "No", extensions: { code: 7 } }] }, "collective-unreachable"],
])("errors in another shape than usual are told in words too: %j", async (body, code) => {
  const { collective, owe, again } = house();
  collective.setPayee("bo", { slug: "bo-b" });
  const headers = { "content-type": "application/json" };
  const odd = again({ fetch: () => Promise.resolve(new Response(JSON.stringify(body), { headers })) });
  expect(await odd.find(owe("bo"))).toMatchObject({ kind: "trouble", problem: { code } });
});
