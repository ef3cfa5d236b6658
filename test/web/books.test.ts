/** The pages of the books: their forms say the commands of treasurers, and nobody else sees any of it. */
import { expect, test } from "vitest";
import { browser, signedIn } from "./browse.ts";
import { house } from "./house.ts";

const item = "/books/queue/2026-10-05%2F8f3a";
const id = "2026-10-05/8f3a";

test("what a treasurer sends is said as a command, word by word", async () => {
  const home = house();
  const tess = await signedIn(home, "tess");
  const send = async (path: string, fields: Record<string, string>): Promise<string | null> =>
    (await tess.post(path, fields)).headers.get("location");
  expect(await send("/books/reconcile", {})).toBe("/books");
  expect(await send("/books/close", { month: " 2026-10 " })).toBe("/approvals");
  expect(await send("/books/decisions/2/undo", {})).toBe("/books");
  const why = "as the letter\r\nof the bank says";
  expect(await send(`${item}/match`, { to: "po_1, po_2", why })).toBe("/books");
  await send(`${item}/match`, { "to-1": "po_2", to: "", why });
  const first = { "account-0": "income:dues", "amount-0": "26,50" };
  const second = { "account-2": "expenses:fees:transfer ", "amount-2": "-1.50" };
  await send(`${item}/split`, { ...first, "account-1": "", "amount-1": "", ...second, why });
  await send(`${item}/writeoff`, { account: "expenses:fees:transfer", why });
  await send(`${item}/ignore`, { why });
  const reason = "as the letter of the bank says";
  expect(home.heard.map(({ said }) => said)).toEqual([
    { words: ["money", "reconcile"] },
    { words: ["money", "close", "2026-10"] },
    { words: ["money", "undo", "2"] },
    { words: ["money", "match", id, "po_1,po_2", reason] },
    { words: ["money", "match", id, "po_2", reason] },
    // What came in is below zero on the other side of the books; the treasurer need not know.
    { words: ["money", "split", id, "income:dues=EUR-26.50,expenses:fees:transfer=EUR1.50", reason] },
    { words: ["money", "writeoff", id, "expenses:fees:transfer", reason] },
    { words: ["money", "ignore", id, reason] },
  ]);
});

test("what is no longer in the queue, and no closed month, is not there", async () => {
  const tess = await signedIn(house(), "tess");
  for (const path of ["/books/queue/nothing", "/books/months/2026-10", "/books/months/2026-10/hledger"])
    expect((await tess.get(path)).status).toBe(404);
  expect((await tess.post("/books/queue/nothing/ignore", { why: "none" })).status).toBe(404);
});

test("a closed month is read by programs too", async () => {
  const tess = await signedIn(house(), "tess");
  const text = async (path: string): Promise<string> => (await tess.get(path)).text();
  expect(await text("/books/months/2026-09/beancount")).toBe("; beancount of 2026-09\n");
  expect(await text("/books/months/2026-09.csv")).toContain(
    "assets:stripe,EUR,10000,-2500,7500,100.00,-25.00,75.00",
  );
  expect(JSON.parse(await text("/books.json"))).toMatchObject({
    queue: [{ id, amount: 2500, candidates: ["po_1", "po_2"] }],
    proofs: [{ ok: true }, { proof: "assets:bank:gls", difference: 100, ok: false }],
    closed: [{ month: "2026-09", closedBy: ["tess", "tom"] }],
  });
});

test("nobody but treasurers sees that there are books", async () => {
  const home = house();
  for (const one of [await signedIn(home, "bo"), browser(home)])
    for (const path of ["/books", item, "/books/months/2026-09", "/books/months/2026-09/hledger"]) {
      const { status } = await one.get(path);
      expect(status === 404 || status === 401, `${path} ${status}`).toBe(true);
      expect(await (await one.get("/")).text()).not.toMatch(/href="\/books"/);
    }
});

test("totals of closed months are for everybody where the settings say so, and name nobody", async () => {
  const home = house();
  const stranger = browser(home);
  expect(await (await stranger.get("/")).text()).toContain('href="/books/summary"');
  expect(await (await stranger.get("/books/summary")).text()).toContain('href="/books/summary/2026-09"');
  const month = await (await stranger.get("/books/summary/2026-09")).text();
  expect(month).toContain("agreed to by 2 treasurers");
  for (const who of ["tess", "tom", "contributors:", "ana-alone"]) expect(month).not.toContain(who);
  expect(await (await stranger.get("/books/summary/2026-09.json")).json()).toEqual({
    ...{ month: "2026-09", closedAt: "2026-10-04T09:00:00.000Z", agreedBy: 2 },
    totals: {
      held: [
        { what: "At Stripe", currency: "EUR", amount: 7500 },
        { what: "At the bank", currency: "EUR", amount: 12_500 },
      ],
      owed: [{ what: "To contributors", currency: "EUR", amount: 900 }],
      in: [{ what: "Hosting, less what was paid back", currency: "EUR", amount: 4000 }],
      out: [{ what: "Work", currency: "EUR", amount: 900 }],
      else: [],
    },
  });
  expect((await stranger.get("/books/summary/2026-10")).status).toBe(404);
});

test("by default nobody sees them, not even that they could be there", async () => {
  const home = house({ settings: { publicBooks: false } });
  const stranger = browser(home);
  expect(await (await stranger.get("/")).text()).not.toContain("/books/summary");
  for (const one of [stranger, await signedIn(home, "tess")])
    for (const path of ["/books/summary", "/books/summary/2026-09", "/books/summary/2026-09.csv"])
      expect((await one.get(path)).status).toBe(404);
});
