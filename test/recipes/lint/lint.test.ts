/** Each rule is broken by one change to a recipe that keeps them all. */
import { describe, expect, it, test } from "vitest";
import { lintRecipe, rules, type LintReport, type LintSubject } from "../../../src/recipes/index.ts";
import { tryCompose } from "../../../src/swarm/index.ts";
import { goodFiles } from "../recipe-files.ts";

function lint(files: Record<string, string>, more: Partial<LintSubject> = {}): LintReport {
  const subject = { recipe: "notes", version: null, tags: [], previous: null, catalogue: null, tryCompose };
  return lintRecipe({ ...subject, files: new Map(Object.entries(files)), ...more });
}

type Change = (files: Record<string, string>) => Record<string, string>;
const edit =
  (file: string, from: string | RegExp, to: string): Change =>
  (files) => {
    const changed = (files[file] ?? "").replace(from, () => to);
    expect(changed, `${String(from)} stands in ${file}`).not.toBe(files[file]);
    return { ...files, [file]: changed };
  };
const compose = (from: string | RegExp, to: string): Change => edit("compose.yml", from, to);
const add =
  (file: string, text: string): Change =>
  (files) => ({ ...files, [file]: text });
const without =
  (file: string): Change =>
  (files) =>
    Object.fromEntries(Object.entries(files).filter(([name]) => name !== file));
const db = (more: string): Change =>
  compose("\nnetworks:\n", `\n  db:\n    image: db:1@sha256:${"b".repeat(64)}\n${more}\nnetworks:\n`);
const well =
  "    healthcheck: {test: [CMD, pg_isready]}\n    deploy: {update_config: {failure_action: rollback}}\n";

const broken: [rule: string, what: string, change: Change, says: RegExp][] = [
  ["R001", "another version", compose('"3.8"', '"3.7"'), /compose.yml:1: It says version 3.7/],
  [
    "R001",
    "an overlay without version",
    add("compose.x.yml", "services: {}\n"),
    /compose.x.yml:1: It says no version/,
  ],
  [
    "R002",
    "no healthcheck",
    db("    deploy: {update_config: {failure_action: rollback}}\n"),
    /:\d+: db has no healthcheck/,
  ],
  ["R003", "no tag", compose(/nginx:1.29.3@sha256:a+/, "nginx"), /nginx has no tag/],
  ["R004", "latest", compose("nginx:1.29.3", "nginx:latest"), /:5: nginx:latest.* is no fixed version/],
  ["R005", "a tag that is a word", compose("nginx:1.29.3", "nginx:alpine"), /tag that is no version/],
  ["R007", "metadata missing", edit("README.md", "- **SSO**: No\n", ""), /It lacks sso/],
  ["R007", "no README", without("README.md"), /There is no README/],
  ["R008", "no sample", without(".env.sample"), /There is no .env.sample/],
  ["R009", "no app", compose("\n  app:\n", "\n  web:\n"), /No service is called app/],
  [
    "R010",
    "no router",
    compose('        - "traefik.http.routers', '        - "x.http.routers'),
    /No service has a router/,
  ],
  ["R011", "no image", compose(/ +image: nginx.*\n/, ""), /app has no image/],
  [
    "R012",
    "a config's version not exported",
    add("abra.sh", "export OTHER_VERSION=v1\n"),
    /CONF_VERSION.*not exported/,
  ],
  [
    "R015",
    "a long secret",
    edit("compose.yml", /db_password:\n/, "db_password_of_all:\n"),
    /db_password_of_all has 18 letters/,
  ],
  ["T001", "no compose.yml", without("compose.yml"), /There is no compose.yml/],
  [
    "T001",
    "no YAML",
    add("compose.x.yml", "a: [1\n"),
    /compose.x.yml: compose.x.yml of the recipe cannot be read/,
  ],
  [
    "T001",
    "a key twice",
    compose("\nvolumes:\n", "\nnetworks: {}\nvolumes:\n"),
    /key networks stands there twice \(line \d+\)/,
  ],
  [
    "T002",
    "a key Swarm does not know",
    compose("    image:", "    imagine: x\n    image:"),
    /services.app.imagine/,
  ],
  ["T002", "a file that is not there", without("app.conf.tmpl"), /app.conf.tmpl/],
  [
    "T002",
    "a mount of its own file",
    compose("data:/srv", "./page:/srv"),
    /app mounts \.\/page, a path that starts/,
  ],
  [
    "T002",
    "COMPOSE_FILE names none",
    edit(".env.sample", "TYPE", "COMPOSE_FILE=compose.yml:compose.pg.yml\nTYPE"),
    /compose.pg.yml, which is not there/,
  ],
  [
    "T003",
    "a healthcheck that never fails",
    compose(/test: \["CMD".*/, 'test: ["CMD", "true"]'),
    /never fails/,
  ],
  [
    "T003",
    "a healthcheck switched off",
    compose(/test: \["CMD".*/, "disable: true"),
    /switches the healthcheck off/,
  ],
  [
    "T004",
    "monitor within delay",
    compose("order: start-first", "delay: 30s\n        monitor: 10s"),
    /waits 30 s.*watches them for 10 s/,
  ],
  [
    "T004",
    "the usual monitor within delay",
    compose("order: start-first", "delay: 5s"),
    /waits 5 s.*watches them for 5 s/,
  ],
  ["T005", "no rollback", compose("failure_action: rollback", "failure_action: pause"), /app stays as it is/],
  [
    "T006",
    "labels in the wrong place",
    compose("    deploy:", "    labels: [backupbot.restore.post-hook=x]\n    deploy:"),
    /stands under labels/,
  ],
  [
    "T007",
    "two services with the label",
    db(
      well
        .replace("}\n", "}\n")
        .replace("deploy: {", 'deploy: {labels: {backupbot.backup: "${ENABLE:-true}"}, '),
    ),
    /db says backupbot.backup too/,
  ],
  [
    "T008",
    "the first version's key",
    compose('"backupbot.backup=true"', '"backupbot.backup=true"\n        - "backupbot.backup.path=/x"'),
    /backupbot.backup.path is of the first version/,
  ],
  [
    "T008",
    "an unknown key",
    compose("backupbot.backup.volumes.data.path", "backupbot.backup.command"),
    /is no label that backups know/,
  ],
  [
    "T008",
    "a volume that nobody mounts",
    compose("volumes.data.path", "volumes.dat.path"),
    /names a volume that no service mounts/,
  ],
  [
    "T024",
    "a database that nobody dumps",
    (files) =>
      compose(
        "image: db:1@",
        "image: docker.io/library/postgres:16.1@",
      )(db(`${well}    volumes: [data:/db]\n`)(files)),
    /db is a database \(postgres\), and no pre-hook/,
  ],
  ["T009", "privileged", compose("    image:", "    privileged: true\n    image:"), /app is privileged/],
  [
    "T009",
    "a wide capability",
    compose("    image:", "    cap_add: [CAP_SYS_ADMIN]\n    image:"),
    /capability SYS_ADMIN/,
  ],
  ["T010", "no digest", compose(/@sha256:a+/, ""), /nginx:1.29.3 is not pinned/],
  [
    "T011",
    "a folder of the machine",
    compose("data:/srv", "data:/srv\n      - /etc:/host:ro"),
    /app sees \/etc of the machine/,
  ],
  [
    "T011",
    "the long form",
    compose("data:/srv", "data:/srv\n      - {type: bind, source: /opt/x, target: /x}"),
    /app sees \/opt\/x/,
  ],
  [
    "T012",
    "the socket",
    compose("data:/srv", "data:/srv\n      - /var/run/docker.sock:/s:ro"),
    /app has the Docker socket/,
  ],
  [
    "T013",
    "the machine's network",
    compose(/proxy:\n    external: true/, "proxy:\n    external: true\n    name: host"),
    /uses the network of the machine/,
  ],
  [
    "T014",
    "a password written out",
    compose("- DOMAIN\n", "- DOMAIN\n      - DB_PASSWORD=hunter22\n"),
    /compose.yml:9: DB_PASSWORD of app is written out/,
  ],
  [
    "T015",
    "a password in the sample",
    edit(".env.sample", "TYPE", "SMTP_PASSWORD=hunter22\nTYPE"),
    /.env.sample:1: SMTP_PASSWORD/,
  ],
  [
    "T016",
    "a key that was committed",
    add("key.pem", "-----BEGIN RSA PRIVATE KEY-----\nx\n"),
    /key.pem: It holds what looks like a private key/,
  ],
  ["T017", "no version", compose(/ +- "coop-cloud.*\n/, ""), /No service says the version/],
  ["T017", "an empty version", compose("1.0.0+1.29.3", ""), /The version is empty/],
  ["T017", "no image in it", compose("1.0.0+1.29.3", "0.0.1"), /0.0.1 does not say which version/],
  ["T017", "a variable for a version", compose("1.0.0+1.29.3", "${COOP:-latest}"), /latest is no version/],
  [
    "T019",
    "the template's name",
    edit("README.md", "Notes for", "{{ .Name }} for"),
    /README.md:3: \{\{ .Name \}\} is still there/,
  ],
  ["T019", "the template's stack", add(".drone.yml", "stack: example_com\n"), /.drone.yml:1: example_com/],
  [
    "T020",
    "a suffix without braces",
    compose("- DOMAIN\n", "- DOMAIN\n      - HOST=$DOMAIN-www\n"),
    /compose.yml:9: \$DOMAIN-/,
  ],
  [
    "T020",
    "the same behind a dollar sign",
    compose("- DOMAIN\n", "- DOMAIN\n      - HOST=$$$DOMAIN:-www\n"),
    /\$DOMAIN:-/,
  ],
  ["T023", "a config without a version", compose("_${CONF_VERSION}", ""), /conf can never be changed/],
];

test("the recipe that the others are made of keeps every rule", () => {
  expect(lint(goodFiles())).toMatchObject({ findings: [], ok: true, counts: { error: 0, warn: 0, info: 0 } });
});

describe("each rule", () => {
  it.each(broken)("%s is broken by %s", (rule, _, change, says) => {
    const hit = lint(change(goodFiles())).findings.filter((one) => one.rule === rule);
    expect(hit.map(({ where, what }) => `${where}: ${what}`).join("\n")).toMatch(says);
    expect(hit.every(({ fix }) => fix.length > 10)).toBe(true);
  });

  it("is told apart by its severity: only an error is not ok", () => {
    for (const [rule, , change] of broken) {
      const { findings, ok, counts } = lint(change(goodFiles()));
      const { severity } = rules.find(({ id }) => id === rule) ?? {};
      expect(findings.filter((one) => one.rule === rule).every((one) => one.severity === severity)).toBe(
        true,
      );
      expect(ok).toBe(counts.error === 0);
    }
  });

  it("has a number of its own, a question and a way out", () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { id, asks, fix } of rules)
      expect([id, asks.length > 10, fix.length > 10]).toEqual([id, true, true]);
  });

  it("is broken by some test, or told why it cannot be looked at", () => {
    const elsewhere = ["R006", "R013", "R014", "R016", "T018", "T021", "T022"];
    const tested = new Set([...broken.map(([rule]) => rule), ...elsewhere]);
    expect(rules.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([]);
  });
});

describe("rules that look beyond the files", () => {
  const entry = { name: "notes", description: "", category: "", scores: {}, newest: null };
  const knows = (repository: string) =>
    ({ source: "x", entry: { ...entry, repository } }) as unknown as LintSubject["catalogue"];
  const ids = (report: LintReport): string[] => report.findings.map(({ rule }) => rule);

  it("ask the catalogue (R006, R013), and say so when there is none", () => {
    expect(lint(goodFiles()).skipped.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["R006", "R013", "R016"]),
    );
    expect(ids(lint(goodFiles(), { catalogue: { source: "x", entry: null } }))).toEqual(["R006", "R013"]);
    expect(
      ids(lint(goodFiles(), { catalogue: knows("https://git.coopcloud.tech/coop-cloud/notes.git") })),
    ).toEqual(["R006"]);
    expect(
      ids(lint(goodFiles(), { catalogue: knows("https://git.coopcloud.tech.evil.org/notes") })),
    ).toContain("R013");
  });

  it("want annotated tags (R014); tags that are no versions do not count", () => {
    const tags = [
      { name: "1.0.0+1", isAnnotated: false },
      { name: "latest", isAnnotated: false },
      { name: "0.9.0+1", isAnnotated: true },
    ];
    expect(lint(goodFiles(), { tags }).findings).toMatchObject([
      { rule: "R014", what: expect.stringContaining("1.0.0+1") as string },
    ]);
  });

  it("compare the label with the tag (T018)", () => {
    expect(ids(lint(goodFiles(), { version: "1.0.0+1.29.3" }))).toEqual([]);
    expect(ids(lint(goodFiles(), { version: "1.0.1+1.29.3" }))).toEqual(["T018"]);
  });

  it("find a config with other content under the same version (T022), and only that", () => {
    const previous = { version: "0.9.0+1", files: new Map(Object.entries(goodFiles())) };
    expect(ids(lint(goodFiles(), { previous }))).toEqual([]);
    const changed = { ...goodFiles(), "app.conf.tmpl": "other\n" };
    const [finding] = lint(changed, { previous }).findings;
    expect(finding).toMatchObject({ rule: "T022", severity: "error" });
    expect(finding?.what).toBe("conf differs from 0.9.0+1, and CONF_VERSION is the same.");
    expect(ids(lint({ ...changed, "abra.sh": "export CONF_VERSION=v2\n" }, { previous }))).toEqual([]);
  });

  it("find ports that a merge of files loses (T021)", () => {
    const one = compose("    image:", "    ports: [80]\n    image:")(goodFiles());
    expect(ids(lint(one))).not.toContain("T021");
    const overlay = 'version: "3.8"\nservices: {app: {ports: ["81"]}}\n';
    expect(ids(lint({ ...one, "compose.x.yml": overlay }))).toContain("T021");
    expect(ids(lint({ ...one, "compose.x.yml": overlay.replace('"81"', '"81:81"') }))).not.toContain("T021");
  });

  it("leave secrets' values out of what they say", () => {
    const change = compose("- DOMAIN\n", "- DOMAIN\n      - DB_PASSWORD=hunter22\n");
    expect(JSON.stringify(lint(change(goodFiles())))).not.toContain("hunter22");
  });
});
