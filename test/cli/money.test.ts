/** `tandem money …` where no server runs: on the database itself. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { money } from "../../src/cli/money.ts";
import { loadConfig } from "../../src/config.ts";
import { line, plainPayouts, type Shown } from "../books/house.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-money-"));
afterAll(() => rmSync(folder, { recursive: true }));
const config = loadConfig({ TANDEM_DATA_DIR: path.join(folder, "data") });

const run = (...words: string[]) => said(true, words);

async function said(json: boolean, words: string[]): Promise<{ code: number | undefined; out: string }> {
  let text = "";
  const out = new Writable({
    write(chunk: Buffer, _, next) {
      text += chunk.toString();
      next();
    },
  });
  const code = await money(["money", ...words], { config, as: undefined, json, out });
  return { code, out: text };
}

function file(name: string, content: unknown): string {
  const at = path.join(folder, name);
  writeFileSync(at, JSON.stringify(content));
  return at;
}

test("files go in and the books come out, with exactly these parts", async () => {
  const stripe = file("stripe.json", plainPayouts(["po_1", "2026-10-07", 5000]));
  const bank = file("bank.json", [line("l1", "2026-10-08", 5000)]);
  const taken = await said(false, ["import", "stripe", "--from", stripe]);
  expect(taken.code).toBe(0);
  expect(taken.out).toMatch(/^The file is taken: \d+ new, 0 known already, 0 that have come further\.\n$/);
  expect(await run("import", "bank", "--account=gls", "--format", "json", "--from", bank)).toMatchObject({
    code: 0,
  });
  const again = JSON.parse((await run("import", "stripe", `--from=${stripe}`)).out) as object;
  expect(again).toMatchObject({ added: 0, isKnownFile: true });
  const { code, out } = await run("reconcile");
  const shown = JSON.parse(out) as Shown;
  expect(code).toBe(0);
  expect(Object.keys(shown)).toEqual(["matched", "groups", "states", "queue", "proofs", "entries"]);
  expect(shown.matched).toEqual([["po_1", "l1"]]);
  expect(shown.entries[2]).toEqual({
    ...{ ref: "l1", date: "2026-10-08" },
    postings: [
      { account: "assets:bank:gls", amount: 5000, currency: "EUR" },
      { account: "assets:transit:stripe", amount: -5000, currency: "EUR" },
    ],
  });
  expect((await run("export", "hledger")).out).toContain("2026-10-08 (l1) STRIPE");
  expect(await run("queue")).toEqual({ code: undefined, out: "" });
});

test("what is not there or not said is told", async () => {
  await expect(run("import", "stripe", "--from", path.join(folder, "nix"))).rejects.toThrow(/no such file/);
  await expect(run("import", "stripe")).rejects.toThrow(/needs what to import/);
  await expect(run("import", "stripe", "--form", "x")).rejects.toThrow(/does not know --form/);
  await expect(run("export", "xls")).rejects.toThrow(/hledger, beancount or csv/);
  const cut = path.join(folder, "cut.json");
  writeFileSync(cut, '{"payouts": [{"id": "po_1"');
  await expect(run("import", "stripe", "--from", cut)).rejects.toThrow(/ends in the middle/);
});
