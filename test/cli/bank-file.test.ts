/** `tandem bank-file` on a treasurer's own machine: what it asks the server, and what never leaves. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { bankFile } from "../../src/cli/bank-file.ts";
import { Problem } from "../../src/core/problem.ts";
import { checkTransfers } from "../../src/work/sepa/index.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-bank-"));
afterAll(() => rmSync(folder, { recursive: true }));
const iban = "DE89370400440532013000";
const payees = path.join(folder, "payees.csv");
writeFileSync(payees, `member,name,iban\nbo,Bo,${iban}\n`);

const batch = {
  ...{ batch: "bakor", period: "2026-10", from: { name: "Three Rivers", iban: "NL91ABNA0417164300" } },
  payables: [
    {
      ...{ id: "bakor/bo/EUR", member: "bo", currency: "EUR", amountMinor: 5000 },
      ...{ state: "ready", reference: "bakor-bo-EUR" },
    },
  ],
};

async function run(words: string[], answer: object, url = "https://tandem.example.coop") {
  const said = { xml: "", told: [] as string[], sent: "" };
  const code = await bankFile(words, {
    env: { TANDEM_URL: url, TANDEM_TOKEN: "tdm_token" },
    config: () => {
      throw new Error("this machine has no settings");
    },
    as: undefined,
    print: (xml) => (said.xml += xml),
    tell: (text) => said.told.push(text),
    nowMs: Date.parse("2026-11-26T20:00:00Z"),
    fetch: (url, init) => {
      said.sent += JSON.stringify([url, init]);
      return Promise.resolve(answer instanceof Response ? answer : Response.json(answer));
    },
  });
  return { ...said, code };
}

test("the file goes to the output, words beside it, and no account number to the server", async () => {
  const { xml, told, sent, code } = await run(["bakor", "--payees", payees], { ok: true, json: batch });
  expect(code).toBe(0);
  expect(checkTransfers(xml)).toEqual([]);
  expect(xml).toContain("<Dt>2026-11-27</Dt>");
  expect(told[0]).toMatch(/^1 transfer, EUR 50\.00 in all, on 2026-11-27 \(bakor-[0-9a-f]{16}\.xml\)\.$/);
  expect(sent).toContain("payout bank");
  expect(sent).not.toContain(iban);
});

test("what the server refuses, and words that do not fit, are told and write nothing", async () => {
  const codes: string[] = [];
  for (const words of [
    ["bakor", "--payees", payees],
    ["bakor"],
    ["x"],
    ["bakor", "--payees", payees, "--on", "soon"],
  ])
    await run(words, { ok: false, text: "There is no batch bakor." }).catch((thrown: unknown) => {
      codes.push(thrown instanceof Problem ? thrown.code : String(thrown));
    });
  expect(codes).toEqual(["bank-server-refused", "cli-words-unfit", "cli-words-unfit", "cli-words-unfit"]);
});

test("a page in place of an answer, and an address that is none, are told as no answer", async () => {
  const words = ["bakor", "--payees", payees];
  const page = new Response("<html>Bad gateway</html>", { status: 502 });
  await expect(run(words, page)).rejects.toThrow(/https:\/\/tandem\.example\.coop did not answer/);
  await expect(run(words, {}, "tandem.example.coop")).rejects.toThrow(/tandem\.example\.coop did not answer/);
});
