/** Secrets are planted where real ones live, the house is used in every way, and then everything is searched. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { remove, repository, type Repository } from "../recipes/repository.ts";
import { ana, bo, cleo, openStage, type Stage } from "./stage.ts";

const accessToken = "syt_cGxhbnRlZA_PlantedAccessToken_0a1b2c";
const passphrase = "planted passphrase of the store";
const smtpPassword = "planted-relay-password-7781";
const compose = `version: "3.8"
services:
  app:
    image: nginx:1.27
    environment:
      - DOMAIN
      - SMTP_PASSWORD
    secrets: [db_password]
    deploy:
      labels:
        - coop-cloud.\${STACK_NAME}.version=1.0.0+1.0.0
secrets:
  db_password:
    external: true
    name: \${STACK_NAME}_db_password_\${SECRET_DB_PASSWORD_VERSION}
`;
const sample = `DOMAIN=wiki.example.com
SECRET_DB_PASSWORD_VERSION=v1
SMTP_PASSWORD=${smtpPassword}
`;

let wiki: Repository;
let stage: Stage;
/** What must not be seen, by what it is. */
const planted: Record<string, string> = { accessToken, passphrase, smtpPassword };
/** Everything that any face answered: pages, JSON faces, the JSON API. */
const seen: string[] = [];

beforeAll(async () => {
  wiki = repository();
  wiki.publish("1.0.0+1.0.0", { "compose.yml": compose, ".env.sample": sample });
  stage = await openStage({
    recipes: { wiki: wiki.dir },
    env: {
      TANDEM_MATRIX_ACCESS_TOKEN: accessToken,
      TANDEM_MATRIX_STORE_PASSPHRASE: passphrase,
    },
  });
  stage.engine.obeys = /^POST \/secrets\/create$/;
  await useEverything();
}, 60_000);
afterAll(async () => {
  await stage.stop();
  remove(wiki.dir);
});

async function useEverything(): Promise<void> {
  await stage.say(ana, "!tandem app new wiki wiki.example.coop");
  const asked = await stage.say(ana, "!tandem app deploy wiki.example.coop");
  expect(asked.join("\n")).toContain("make the secret wiki_example_coop_db_password_v1");
  const question = stage.chat.board.newestQuestion();
  stage.chat.react(bo, question?.eventId ?? "", "✅");
  // The engine makes the secret and refuses the service, so that the failure's way is searched as well.
  await stage.chat.seen(/this engine takes no orders/, { after: question?.number ?? 0 });
  await stage.rest();
  const made = stage.engine.bodies[stage.engine.orders.indexOf("POST /secrets/create")] ?? "{}";
  const { Data } = JSON.parse(made) as { Data: string };
  planted["generated secret"] = Buffer.from(Data, "base64").toString("utf8");
  planted["generated secret, as sent"] = Data;

  planted["API token"] = keyIn(await stage.say(cleo, "!tandem token create reader"), /tdm_[\w-]+/);
  planted["sign-in link"] = keyIn(await stage.say(cleo, "!tandem web"), /token=([\w-]+)/);
  await stage.say(cleo, "!tandem token create direct", { direct: true });

  // Somebody says a secret aloud: it is in the room then, and must not go any further.
  for (const line of [`app show ${accessToken}`, `app set wiki.example.coop TITLE ${accessToken}`]) {
    await stage.say(ana, `!tandem ${line}`);
  }
  await stage.say(ana, `!tandem cancel bakor ${passphrase}`);
  for (const line of ["app show wiki.example.coop", "app list", "audit --limit 100", "runs --all"]) {
    await stage.say(cleo, `!tandem ${line}`);
  }
  await stage.say(cleo, "!tandem recipe show wiki");
  await stage.rest();
  await lookEverywhere(planted["sign-in link"] ?? "", planted["API token"] ?? "");
}

/** The key in what was said; its owner sees it, so the message is there to be read once. */
function keyIn(said: string[], shape: RegExp): string {
  const found = shape.exec(said.join("\n"));
  const key = found?.[1] ?? found?.[0] ?? "";
  expect(key.length).toBeGreaterThan(20);
  return key;
}

/** Signs in with the link and opens every page that can be reached by links, each as HTML and as JSON. */
async function lookEverywhere(link: string, token: string): Promise<void> {
  const at = `http://127.0.0.1:${stage.house.port}`;
  const signedIn = await fetch(`${at}/sign-in`, {
    ...{ method: "POST", redirect: "manual", body: new URLSearchParams({ token: link }) },
    headers: { origin: "http://localhost:8080" },
  });
  expect(signedIn.status).toBe(303);
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  planted["session"] = cookie.split("=")[1] ?? "";
  const open = ["/", "/healthz", "/metrics"];
  const known = new Set(open);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const answer = await fetch(at + next, { headers: { cookie }, redirect: "manual" });
    const text = await answer.text();
    seen.push(`${next} ${answer.status}\n${text}`);
    const links = [...text.matchAll(/href="(\/[^"#]*)"/g)].map(([, href = ""]) =>
      href.replaceAll("&amp;", "&"),
    );
    for (const href of links.flatMap((one) => [one, one.replace(/(\.json)?(\?.*)?$/s, ".json")])) {
      if (known.has(href) || href.startsWith("/docs/") || known.size > 200) continue;
      known.add(href);
      open.push(href);
    }
  }
  const reads = ["app show wiki.example.coop", "audit --limit 100", "runs --all", "token list", "web"];
  for (const line of reads) {
    const answer = await fetch(`${at}/api/commands`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ line }),
    });
    seen.push(`${line} ${answer.status}\n${await answer.text()}`);
  }
}

/** Which of the planted ones stand in this text, whether as they are or as JSON writes them. */
function foundIn(text: string, except: string[] = []): string[] {
  return Object.entries(planted)
    .filter(([what, value]) => !except.includes(what) && text.includes(value))
    .map(([what]) => what);
}

describe("after everything was used", () => {
  test("all kinds of secrets were there to be found", () => {
    expect(Object.keys(planted).sort()).toEqual([
      "API token",
      "accessToken",
      "generated secret",
      "generated secret, as sent",
      "passphrase",
      "session",
      "sign-in link",
      "smtpPassword",
    ]);
    for (const value of Object.values(planted)) expect(value.length).toBeGreaterThan(15);
    expect(planted["generated secret"]).toHaveLength(32);
  });

  test("the log holds none", () => {
    expect(stage.log().length).toBeGreaterThan(200);
    expect(foundIn(stage.log())).toEqual([]);
  });

  test.each([
    ["audit", []],
    ["outbox", []],
    ["answered", []],
    ["approval", []],
    ["voice", []],
    ["run", []],
    ["api_token", []],
    ["sign_in_link", []],
    ["session", []],
    // What is sent to the swarm must be kept to be sent again after a power cut or put back; the swarm itself
    // shows a service's environment to whoever may look. Passwords belong into secrets of the swarm.
    ["step", ["smtpPassword"]],
    ["deploy", ["smtpPassword"]],
  ])("the table %s holds none", (table, except) => {
    const rows = stage.rows(`select * from "${table}"`);
    expect(rows.length, `rows of ${table}`).toBeGreaterThan(0);
    expect(foundIn(rows.map((row) => JSON.stringify(row)).join("\n"), except)).toEqual([]);
  });

  test("the room read none, apart from what was said by a person or given to its owner alone", () => {
    const said = stage.chat.board.all().filter((one) => one.sender === stage.chat.self);
    const inRooms = said.filter((one) => !one.room.startsWith("direct:")).map((one) => one.text);
    expect(inRooms.length).toBeGreaterThan(10);
    expect(foundIn(inRooms.join("\n"))).toEqual([]);
    const aside = said.filter((one) => one.room.startsWith("direct:"));
    expect(foundIn(aside.map((one) => one.text).join("\n"))).toEqual(["API token", "sign-in link"]);
    expect(new Set(aside.map((one) => one.room))).toEqual(new Set([`direct:${cleo}`]));
  });

  test("no page, no JSON face and no answer of the API shows one", () => {
    const pages = seen.map((text) => text.split(" ")[0]);
    for (const page of ["/", "/apps", "/runs", "/audit", "/apps/wiki.example.coop", "/audit.json"])
      expect(pages).toContain(page);
    expect(pages.some((page) => /^\/runs\/[a-z]{5}\.json$/.test(page ?? ""))).toBe(true);
    const shown = seen.filter((text) => foundIn(text).length > 0);
    expect(shown.map((text) => [text.split("\n")[0], ...foundIn(text)])).toEqual([]);
  });

  test("once the house is closed, no key that was sent is left anywhere in the file of the database", async () => {
    await stage.house.stop();
    const file = readFileSync(path.join(stage.folder, "data/tandem.db"));
    const kept = Object.entries(planted).filter(([, value]) => file.includes(value));
    // The inbox keeps what people said themselves; the app's settings are kept as the co-op wrote them.
    expect(kept.map(([what]) => what).sort()).toEqual(["accessToken", "passphrase", "smtpPassword"]);
  });
});
