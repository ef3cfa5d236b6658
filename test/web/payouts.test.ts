/** Nobody but treasurers reads other people's lines, by any address. */
import { describe, expect, test } from "vitest";
import { browser, signedIn } from "./browse.ts";
import { house, type Name } from "./house.ts";

/** Words that stand on exactly one person's lines, payables or given work of the told payouts. */
const own: Record<string, readonly string[]> = {
  ana: ["a disk for the backups"],
  bo: ["nextcloud 30 migration", "restore drill", "expense-4711", "102.15", "renew certificates"],
  cleo: ["translate the accounts", "TANDEM-TOMEK", "welcome two members"],
};
const addresses = ["/payouts", "/payouts/tomek", "/payouts/rufin"].flatMap((path) =>
  ["", ".json", ".csv"].map((ending) => path + ending),
);

async function everything(name: Name): Promise<string> {
  const one = await signedIn(house(), name);
  let all = "";
  for (const address of addresses) {
    const response = await one.get(address);
    expect([address, response.status]).toEqual([address, 200]);
    all += await response.text();
  }
  return all;
}

describe("payouts", () => {
  test.each(["ana", "bo", "cleo"] as const)("%s reads the own lines and nobody else's", async (name) => {
    const text = await everything(name);
    for (const [person, words] of Object.entries(own))
      for (const word of words)
        expect([person, word, text.includes(word)]).toEqual([person, word, person === name]);
    expect(text).toContain("EUR 124.37");
  });

  test("an operator without lines reads totals only; a treasurer every line", async () => {
    const words = Object.values(own).flat();
    const operator = await everything("otto");
    expect(words.filter((word) => operator.includes(word))).toEqual([]);
    const treasurer = await everything("tess");
    expect(words.filter((word) => !treasurer.includes(word))).toEqual([]);
  });

  test("a journal is a file for treasurers, of what was agreed to", async () => {
    const home = house();
    const tess = await signedIn(home, "tess");
    const journal = await tess.get("/payouts/tomek/journal");
    expect(journal.headers.get("content-disposition")).toBe(
      'attachment; filename="payout-2026-10-tomek.journal"',
    );
    expect(journal.headers.get("cache-control")).toBe("no-store");
    expect(await journal.text()).toContain("expenses:work:recipes  EUR 46.67");
    expect((await tess.get("/payouts/tomek/beancount")).status).toBe(200);
    // Proposed only, of another kind, or nobody's.
    for (const path of ["/payouts/rufin/journal", "/payouts/tomek/journal.json", "/payouts/nosuc/journal"])
      expect([path, (await tess.get(path)).status]).toEqual([path, 404]);
    for (const name of ["ana", "bo", "otto"] as const)
      expect((await (await signedIn(home, name)).get("/payouts/tomek/journal")).status).toBe(404);
    expect((await browser(home).get("/payouts/tomek/journal")).status).toBe(404);
  });

  test("a year is cut out by its months", async () => {
    const tess = await signedIn(house(), "tess");
    const rows = async (query: string): Promise<number> =>
      (await (await tess.get(`/payouts.csv${query}`)).text()).split("\r\n").length - 2;
    expect(await rows("")).toBe(7);
    expect(await rows("?from=2026-01&until=2026-12")).toBe(7);
    expect(await rows("?from=2026-11")).toBe(0);
    expect(await rows("?until=2026-09")).toBe(0);
    expect(await rows("?from=x%27")).toBe(7);
  });

  test("an unknown payout answers as anything unknown", async () => {
    const tess = await signedIn(house(), "tess");
    expect((await tess.get("/payouts/nosuc")).status).toBe(404);
  });
});
