/** The form for bank statements: what it says to the books, and that nothing of a file stays behind. */
import { expect, test } from "vitest";
import { statementCutShort } from "../../src/core/problems/books-statements.ts";
import { from, signedIn } from "./browse.ts";
import { house, publicUrl, type House } from "./house.ts";
import type { Told } from "./told-runs.ts";

const content = "<Document>planted statement</Document>";

async function upload(home: House, name: "tess" | "bo" | undefined, fields: Record<string, string | File>) {
  const body = new FormData();
  for (const [field, value] of Object.entries(fields)) body.set(field, value);
  const headers: Record<string, string> = { origin: publicUrl };
  if (name !== undefined) headers["cookie"] = (await signedIn(home, name)).cookie;
  return home.web.app.request("/books/statement", { method: "POST", body, headers }, from("192.0.2.7"));
}
const file = (text = content): File => new File([text], "october.xml", { type: "text/xml" });
const fields = { account: "gls", format: "camt053", statement: file() };

test("a treasurer's file is handed to the command, which says what came of it; then it is thrown away", async () => {
  const told: Told = {};
  const home = house({ told });
  const answer = await upload(home, "tess", fields);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.text()).toContain("Noted.");
  expect(told.keptStatements).toEqual([content]);
  const word = `kept-${content.length}`;
  expect(told.forgotStatements).toEqual([word]);
  expect(home.heard.at(-1)?.said).toEqual({
    words: ["money", "import", "bank", "--account=gls", "--format=camt053", `--from=${word}`],
  });
  expect(home.heard.at(-1)?.by).toMatchObject({ via: "web", trust: "verified", member: { name: "tess" } });
  expect(JSON.stringify([home.logged, home.parts.audit.list()])).not.toContain("planted");
});

test("what stands in the way is said on the form, which keeps what was typed", async () => {
  const told: Told = {};
  const home = house({ told });
  home.answerWith({ kind: "problem", problem: statementCutShort({ what: "<Stmt> is not closed" }) });
  const answer = await upload(home, "tess", { ...fields, format: "mt940" });
  const text = await answer.text();
  expect(answer.status).toBe(422);
  expect(text).toContain("The statement ends too early: &lt;Stmt&gt; is not closed.");
  expect(text).toMatch(/value="gls"/);
  expect(text).toContain('<option value="mt940" selected>');
  expect(told.forgotStatements).toHaveLength(1);
});

test.each([
  ["no file", { account: "gls", format: "camt053" }],
  ["an empty file", { ...fields, statement: file("") }],
  ["a file's name in place of a file", { ...fields, statement: "october.xml" }],
  ["no account", { ...fields, account: " " }],
  ["an account that is no word", { ...fields, account: "gls --from=/etc/passwd" }],
  ["a format that is none", { ...fields, format: "xlsx" }],
])("%s: nothing is kept and nothing said", async (_, sent) => {
  const told: Told = {};
  const home = house({ told });
  const answer = await upload(home, "tess", sent);
  expect([answer.status, (await answer.text()).includes("The form came without a file")]).toEqual([
    422,
    true,
  ]);
  expect([told.keptStatements, home.heard]).toEqual([undefined, []]);
});

test("nobody else may: neither see the form nor send it, nor send as much", async () => {
  const home = house();
  expect((await upload(home, "bo", fields)).status).toBe(404);
  expect((await upload(home, undefined, fields)).status).toBe(404);
  expect((await (await signedIn(home, "bo")).get("/books/statement")).status).toBe(404);
  const large = { ...fields, statement: file("x".repeat(300_000)) };
  expect((await upload(home, "bo", large)).status).toBe(413);
  expect((await upload(home, "tess", large)).status).toBe(200);
});
