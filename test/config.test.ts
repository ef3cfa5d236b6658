import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../src/config.ts";
import { Problem } from "../src/core/problem.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-config-"));
function settings(text: string): string {
  const file = path.join(folder, "tandem.yaml");
  writeFileSync(file, text);
  return file;
}
function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
  throw new Error("no problem was met");
}

test("an unknown setting is refused by its path, with the nearest one", () => {
  const problem = problemOf(() => loadConfig({}, settings("web: { lissten: '127.0.0.1:1' }")));
  expect(problem.code).toBe("settings-unknown");
  expect(problem.text.happened).toContain("web.lissten");
  expect(problem.text.remedy).toContain("web.listen?");
});

test("a secret in the file is refused: it belongs in a file of its own", () => {
  const text = "matrix: { homeserver: 'https://example.coop', accessToken: syt_abc }";
  expect(problemOf(() => loadConfig({}, settings(text))).text.remedy).toContain("matrix.accessTokenFile");
});

test.each([
  ["web: { listen: nowhere }", "host:port"],
  ["web: { timeZone: Europe/Berln }", "web.timeZone to something else than the name of a time zone"],
  ["web: { timeZone: '' }", "such as Europe/Berlin"],
  ["people: { maintainers: [{ name: bo, matrixId: bo }] }", "@bo:example.coop"],
  ["a: 1\n b: 2", "line 1"],
  ["- 1", "by name"],
])("%j is a problem that says what was expected", (text, expected) => {
  const { happened } = problemOf(() => loadConfig({}, settings(text))).text;
  expect(happened).toContain(expected);
});

test("the environment wins over the file; a misspelt variable is refused", () => {
  const file = settings("web: { listen: '127.0.0.1:1' }\ndiskFreeMb: 5");
  const config = loadConfig({ TANDEM_WEB_LISTEN: "127.0.0.1:2", TANDEM_DISK_FREE_MB: "7" }, file);
  expect([config.web.listen, config.diskFreeMb]).toEqual(["127.0.0.1:2", 7]);
  expect(problemOf(() => loadConfig({ TANDEM_WEB_LISTN: "x" }, file)).text.remedy).toContain(
    "TANDEM_WEB_LISTEN",
  );
});

test("a switch in the environment is true or false, and nothing else turns it off", () => {
  const file = settings("web: {}");
  const approvalOf = (word: string): boolean =>
    loadConfig({ TANDEM_EXEC_APPROVAL: word }, file).exec.approval;
  expect([approvalOf("true"), approvalOf("false")]).toEqual([true, false]);
  for (const word of ["1", "yes", "True", ""])
    expect(problemOf(() => approvalOf(word)).text.happened, word).toContain("exec.approval");
});

test("a number in the environment is digits: an empty variable is no 0", () => {
  const file = settings("web: {}");
  const load = (text: string) => loadConfig({ TANDEM_BACKUPS_KEEP_DAILY: text }, file);
  expect(load("0").backups.keepDaily).toBe(0);
  for (const text of ["", " ", "0x10", "1e3", "7 "])
    expect(problemOf(() => load(text)).text.happened, text).toContain("backups.keepDaily");
});

test("a secret comes from its file or the environment and does not print", () => {
  writeFileSync(path.join(folder, "token"), "syt_secret-token-value\n");
  const file = settings("matrix: { homeserver: 'https://example.coop', accessTokenFile: token }");
  const config = loadConfig({ TANDEM_MATRIX_STORE_PASSPHRASE: "pass-phrase" }, file);
  expect(config.secrets.matrixAccessToken?.reveal()).toBe("syt_secret-token-value");
  expect(config.secrets.matrixStorePassphrase?.reveal()).toBe("pass-phrase");
  expect(JSON.stringify(config)).not.toContain("syt_secret");
  const gone = settings("matrix: { homeserver: 'https://example.coop', accessTokenFile: gone }");
  expect(problemOf(() => loadConfig({}, gone)).code).toBe("secret-file-unreadable");
});

test("accounts of the books and mappings of banks are looked at when Tandem starts, and named by their path", () => {
  const happened = (text: string): string =>
    problemOf(() => loadConfig({}, settings(`books: ${text}`))).text.happened;
  expect(happened("{ chart: { 'incme:dues': 'income:x' } }")).toMatch(
    /sets books\.chart\.incme:dues to something else than a name for an account .*perhaps income:dues/,
  );
  expect(happened("{ chart: { 'income:dues': 'income:hosting' } }")).toMatch(
    /sets books\.chart\.income:dues to something else than a name that is not also that of income:hosting/,
  );
  expect(happened("{ accounts: { gls: { mapping: glz } } }")).toMatch(
    /sets books\.accounts\.gls\.mapping to something else than a mapping of a CSV \(.*none of wise, gls/,
  );
  expect(happened("{ accounts: { gls: { mapping: { separator: '|' } } } }")).toMatch(
    /sets books\.accounts\.gls\.mapping to something else than a mapping of a CSV \(.*separator: it is a comma.* header: it is missing/,
  );
  const { books } = loadConfig(
    {},
    settings("books: { chart: { 'income:dues': 'income:members' }, accounts: { gls: { mapping: gls } } }"),
  );
  expect([books.chart, books.accounts]).toEqual([
    { "income:dues": "income:members" },
    { gls: { mapping: "gls" } },
  ]);
});
