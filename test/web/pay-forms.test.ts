/** The forms through which tokens and account numbers pass: what they do, and that nothing of it stays behind. */
import { expect, test } from "vitest";
import { browser, from, signedIn } from "./browse.ts";
import { house, publicUrl, type House } from "./house.ts";

const iban = "DE89370400440532013000";
const payees = `member,name,iban\nana,Ana,${iban}\nbo,Bo,${iban}\n`;
const token = "planted-token-0123456789abcdef";

function upload(home: House, cookie: string | undefined, text: string): Promise<Response> {
  const body = new FormData();
  body.set("payees", new File([text], "payees.csv", { type: "text/csv" }));
  body.set("on", "2026-11-27");
  const headers = { origin: publicUrl, ...(cookie !== undefined && { cookie }) };
  const request = { method: "POST", body, headers };
  return Promise.resolve(home.web.app.request("/payouts/bakor/bank-file", request, from("192.0.2.7")));
}

/** All that a house remembers. */
function kept({ parts, logged, heard }: House): string {
  const rows = parts.db.sqlite.serialize().toString("latin1");
  return rows + JSON.stringify([logged, heard, parts.audit.list()]);
}

async function cookieOf(home: House, name: "tess" | "bo"): Promise<string> {
  return (await signedIn(home, name)).cookie;
}

test("a treasurer gets the file; the account numbers are in it and nowhere else", async () => {
  const home = house();
  const answer = await upload(home, await cookieOf(home, "tess"), payees);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/xml; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("content-disposition")).toMatch(
    /^attachment; filename="bakor-[0-9a-f]{16}\.xml"$/,
  );
  expect(await answer.text()).toContain(`<IBAN>${iban}</IBAN>`);
  expect(kept(home)).not.toContain(iban);
});

test("a file that is not in order is told by its line, without what stands in it", async () => {
  const home = house();
  const cookie = await cookieOf(home, "tess");
  const wrong = await upload(home, cookie, payees.replace("89370400", "98370400"));
  expect(wrong.status).toBe(422);
  const text = await wrong.text();
  expect(text).toContain("ana: the IBAN has a wrong check number");
  expect(text).not.toContain("370400440532013000");
  const strange = await upload(home, cookie, `${iban};${iban}\n`);
  expect([strange.status, (await strange.text()).includes(iban)]).toEqual([422, false]);
  expect(kept(home)).not.toContain("370400440532013000");
});

test("nobody else gets one: neither by the form nor by its page", async () => {
  const home = house();
  expect((await upload(home, await cookieOf(home, "bo"), payees)).status).toBe(404);
  expect((await upload(home, undefined, payees)).status).toBe(404);
  expect((await (await signedIn(home, "bo")).get("/payouts/bakor/bank-file")).status).toBe(404);
});

test("a token goes through its form once, and into no page, log or row", async () => {
  const home = house();
  const one = browser(home);
  const empty = await one.post("/collective-token", { token: "open", value: "" });
  expect([empty.status, (await empty.text()).includes("Not done")]).toEqual([422, true]);
  const answer = await one.post("/collective-token", { token: "open", value: token });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/collective-token?done=kept"]);
  expect(home.told.putIn).toEqual([token]);
  expect((await one.post("/collective-token", { token: "spent", value: token })).status).toBe(422);
  expect(kept(home)).not.toContain(token);
});
