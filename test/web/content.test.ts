/** What the pages show, in words. */
import { describe, expect, test } from "vitest";
import { signedIn, type Browser } from "./browse.ts";
import { house } from "./house.ts";

/** The text of a page without markup, on one line. */
async function textOf(one: Browser, path: string): Promise<string> {
  const html = await (await one.get(path)).text();
  const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(html)?.[1] ?? "";
  return main.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
}

test("home: what waits for you stands first, its number in the navigation of every page", async () => {
  const one = await signedIn(house(), "bo");
  const text = await textOf(one, "/");
  expect(text.indexOf("Waits for you")).toBeLessThan(text.indexOf("Apps"));
  expect(text).toContain(
    "Deploy notes.example.coop with recipe custom-html 1.1.0? Asked by ana · 0 of 1 voice",
  );
  for (const path of ["/", "/apps", "/docs", "/nowhere"]) {
    const page = await (await one.get(path)).text();
    expect(page).toContain('<span class="count">2<span class="unseen"> waiting for you</span></span>');
  }
  const ana = await signedIn(house(), "ana");
  expect(await (await ana.get("/")).text()).not.toContain('class="count"');
});

describe("the queue of approvals", () => {
  test("yours, then those of others, then the settled ones", async () => {
    const otto = await signedIn(house(), "otto");
    const text = await textOf(otto, "/approvals");
    expect(text).toContain("Nothing waits for you. The road is clear.");
    expect(text).toMatch(/Waits for others.*Deploy notes.*Undeploy old.*Pay October.*Settled.*Deploy wiki/);
  });

  test("as JSON, times as ISO text", async () => {
    const one = await signedIn(house(), "bo");
    const json = (await (await one.get("/approvals.json")).json()) as Record<
      string,
      { id: string; expiresAt: string }[]
    >;
    expect(json["waitsForYou"]?.map(({ id }) => id)).toEqual(["bakor/approval", "dufem/approval#2"]);
    expect(json["waitsForYou"]?.[0]?.expiresAt).toBe("2026-11-25T09:00:00.000Z");
    expect(json["settled"]?.map(({ id }) => id)).toEqual(["gomip/approval"]);
  });
});

describe("a question", () => {
  test("says to each visitor what they can do about it, or why not", async () => {
    const home = house();
    const seen: Record<string, string> = {};
    for (const name of ["ana", "bo", "cleo", "otto"] as const) {
      seen[name] = await textOf(await signedIn(home, name), "/approvals/dufem/approval%232");
    }
    expect(seen["ana"]).toContain("You asked for this, so others decide.");
    expect(seen["bo"]).toContain("Type old.example.coop to approve it");
    expect(seen["cleo"]).toContain("You approved this.");
    expect(seen["otto"]).toContain("A maintainer decides this.");
    const settled = await textOf(await signedIn(home, "cleo"), "/approvals/gomip/approval");
    expect(settled).toContain("This is settled: no voice counts any more.");
  });

  test("shows hash, weight, who, until when and every voice, withdrawn ones too", async () => {
    const text = await textOf(await signedIn(house(), "bo"), "/approvals/dufem/approval%232");
    expect(text).toContain("9f2c4e7d0b1a66d5");
    expect(text).toContain("grave: reactions do not count, the subject must be typed");
    expect(text).toContain("2 maintainers; 1 of 2 so far");
    expect(text).toContain("25 Nov 2026, 09:00 UTC");
    expect(text).toMatch(/cleo approved .*otto withdrawn/);
  });

  test("an ordinary one wants nothing typed", async () => {
    const page = await (await (await signedIn(house(), "bo")).get("/approvals/bakor/approval")).text();
    expect(page).not.toContain('name="subject"');
  });
});

describe("a run", () => {
  test("under way first, then what is to come, then what is over", async () => {
    const text = await textOf(await signedIn(house(), "bo"), "/runs/bakor");
    expect(text).toMatch(
      /Under way waiting approval 12 min .*To come to come deploy .*watch .*Over done plan 1\.4 s/,
    );
    expect(text).toContain("waiting for a maintainer to agree");
    expect(text).toContain("&quot;app&quot;: &quot;notes.example.coop&quot;");
  });

  test("that failed says why and what was taken back", async () => {
    const text = await textOf(await signedIn(house(), "bo"), "/runs/gomip");
    expect(text).toContain("How it ended The new tasks of wiki.example.coop crashed 3 times.");
    expect(text).toMatch(/undone deploy .*, taken back/);
    expect(text).toContain("watch (try 2)");
    expect(text).toContain("It is over; nothing of it waits. See wiki.example.coop");
  });

  test("is cancelled by its asker, maintainers and operators; others are told so", async () => {
    const home = house();
    const tess = await textOf(await signedIn(home, "tess"), "/runs/bakor");
    expect(tess).toContain("Whoever asked for it, a maintainer or an operator can cancel it.");
    for (const name of ["ana", "bo", "otto"] as const) {
      expect(await textOf(await signedIn(home, name), "/runs/bakor")).toContain("Cancel this run");
    }
  });

  test("shows its rows of the audit trail", async () => {
    const home = house();
    home.parts.audit.append({ who: "ana", what: "run.started", subject: "bakor", details: { app: "notes" } });
    home.parts.audit.append({ who: "bo", what: "voice.given", subject: "bakor/approval" });
    home.parts.audit.append({ who: "bo", what: "other.thing", subject: "bakorx" });
    const text = await textOf(await signedIn(home, "bo"), "/runs/bakor");
    expect(text).toMatch(/voice\.given bakor\/approval .*run\.started bakor app: notes/);
    expect(text).not.toContain("other.thing");
  });
});

test("an app: services with short digests, deploys newest first, runs that work on it", async () => {
  const text = await textOf(await signedIn(house(), "ana"), "/apps/notes.example.coop");
  expect(text).toContain("app 2 of 2 custom-html:1.1.0 sha256:8e1f0c9d7b6a…");
  expect(text).toMatch(/No\. 7 .*converged .*No\. 2 .*rolled back The new tasks were not healthy.*No\. 1/);
  expect(text).toMatch(/Under way .*bakor waiting/);
});

test("deploys: the first was new, the next shows its change, the same again says so", async () => {
  const one = await signedIn(house(), "ana");
  expect(await textOf(one, "/apps/notes.example.coop/deploys/1")).toContain(
    "It was the first: everything was new.",
  );
  const second = await textOf(one, "/apps/notes.example.coop/deploys/2");
  expect(second).toContain("+ Image: custom-html:1.1.0");
  expect(second).toContain("took 2 min 10 s");
  expect(await textOf(one, "/apps/notes.example.coop/deploys/7")).toContain(
    "Nothing: it was the same again.",
  );
});

describe("the audit trail", () => {
  test("is whole, and is leafed through", async () => {
    const home = house();
    for (let n = 0; n < 120; n++) home.parts.audit.append({ who: "ana", what: `row ${n}`, subject: "x" });
    const one = await signedIn(home, "tess");
    const page = await (await one.get("/audit")).text();
    expect(page).toMatch(/whole<\/span\s*>\s*Each of the \d+ rows fits the one before it\./);
    expect(page).toContain("row 119");
    const older = /href="(\/audit\?before=\d+)"/.exec(page)?.[1] ?? "";
    const second = await (await one.get(older)).text();
    expect(second).toContain("member.added");
    expect(second).not.toContain("row 119");
    expect(second).not.toContain("?before=");
    expect((await one.get("/audit?before=x")).status).toBe(200);
  });

  test("that was changed beside Tandem says where it breaks", async () => {
    const home = house();
    home.parts.db.sqlite.exec("drop trigger if exists audit_no_update");
    for (const { name } of home.parts.db.sqlite
      .prepare<[], { name: string }>("select name from sqlite_schema where type = 'trigger'")
      .all()) {
      home.parts.db.sqlite.exec(`drop trigger "${name}"`);
    }
    home.parts.db.sqlite.exec("update audit set who = 'eve' where n = 3");
    const text = await textOf(await signedIn(home, "otto"), "/audit");
    expect(text).toContain("The chain breaks at row 3: row 3 was changed.");
  });

  test("is walked at most once a minute", async () => {
    const home = house();
    const one = await signedIn(home, "otto");
    const rowsSaid = async (): Promise<string> =>
      /Each of the (\d+) rows/.exec(await (await one.get("/audit")).text())?.[1] ?? "none";
    const first = await rowsSaid();
    home.parts.audit.append({ who: "ana", what: "one.more", subject: "x" });
    expect(await rowsSaid()).toBe(first);
    await home.clock.turn(60_000);
    expect(Number(await rowsSaid())).toBe(Number(first) + 1);
    home.parts.audit.append({ who: "ana", what: "another", subject: "x" });
    home.clock.setTo(home.clock.now() - 3_600_000);
    expect(Number(await rowsSaid())).toBe(Number(first) + 2);
  });
});

test("what has the shape of a secret is on no face, wherever it came from", async () => {
  const token = "tdm_abcdefghijklmnopqrstuvwxyz0123456789";
  const one = await signedIn(house({ told: { hostile: `see ${token}` } }), "bo");
  for (const path of [
    "/runs/bakor",
    "/approvals/bakor/approval",
    "/apps/notes.example.coop",
    "/recipes/custom-html",
  ]) {
    for (const ending of ["", ".json"]) {
      const text = await (await one.get(path + ending)).text();
      expect([path + ending, text.includes(token), text.includes("•••")]).toEqual([
        path + ending,
        false,
        true,
      ]);
    }
  }
  expect(await (await one.get("/approvals.csv")).text()).not.toContain(token);
});
