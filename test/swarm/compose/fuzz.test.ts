/** Whatever stands in a compose file, nothing but a Problem comes out; and values are read as they are written. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "../../../src/core/problem.ts";
import { mostYamlSigns } from "../../../src/core/yaml-signs.ts";
import { interpolate, loadStack, parseCompose } from "../../../src/swarm/compose/index.ts";
import { readCpus, readDuration, readSize } from "../../../src/swarm/compose/amounts.ts";
import { splitWords } from "../../../src/swarm/compose/short/words.ts";

const env = { ONE: "one", EMPTY: "" };

/** The payloads, or undefined where there is a Problem; anything else that is thrown fails the test. */
function load(text: string): ReturnType<typeof loadStack> | undefined {
  const files = [{ path: "compose.yml", text }];
  return onlyProblems(() =>
    loadStack({ stack: "notes", files, dir: "/recipes/app", env, readFile: () => undefined }),
  );
}

function onlyProblems<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Problem) return undefined;
    throw thrown;
  }
}

const longText = 64 * 1024;

/** Text that looks like YAML more often than chance would make it. */
const yamlish = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "services:\n",
        "  app:\n",
        "    image: a\n",
        "- ",
        ": ",
        "\n",
        "  ",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
      ),
      fc.constantFrom(
        "<<: *a\n",
        "!!int ",
        "'",
        '"',
        "|\n",
        ">-\n",
        "? ",
        "# ",
        "---\n",
        "%YAML 1.1\n",
        "\t",
        "\r\n",
        "\0",
      ),
      fc.constantFrom(
        "$",
        "${",
        "$$",
        "$ONE",
        "${ONE:-",
        "${ONE:?",
        "0x1",
        "0o7",
        "1e999",
        ".inf",
        "2020-01-01",
        "~",
      ),
      fc.string({ maxLength: 12 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

test("any text is read or is a Problem", () => {
  fc.assert(
    fc.property(yamlish, (text) => void load(text)),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => void load(text)),
    { numRuns: 500 },
  );
});

const json = fc.jsonValue({ maxDepth: 4 });
const serviceKeys = [
  "image",
  "command",
  "environment",
  "ports",
  "volumes",
  "deploy",
  "networks",
  "healthcheck",
];
const topKeys = ["version", "services", "networks", "volumes", "secrets", "configs"];

test("any shape of values is read or is a Problem", () => {
  const service = fc.dictionary(
    fc.constantFrom(...serviceKeys, "secrets", "ulimits", "logging", "__proto__"),
    json,
  );
  const file = fc.record({ services: fc.dictionary(fc.constantFrom("app", "db", "__proto__"), service) });
  fc.assert(
    fc.property(file, (value) => void load(JSON.stringify(value))),
    { numRuns: 1000 },
  );
  const any = fc.dictionary(fc.constantFrom(...topKeys), json);
  fc.assert(
    fc.property(any, (value) => void load(JSON.stringify(value))),
    { numRuns: 500 },
  );
});

/** Words in which short forms are written, more often than chance would make them. */
const shortForm = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ":",
        "/",
        "-",
        "=",
        "80",
        "70000",
        "tcp",
        "udp",
        "ro",
        "[",
        "]",
        "::1",
        ".",
        "~",
        "C:",
        "@",
      ),
      fc.constantFrom(
        "sha256:",
        "5s",
        "1h",
        "GiB",
        "1/2",
        "e9",
        "'",
        '"',
        "\\\\",
        "#",
        "CMD",
        "NONE",
        " ",
        "é",
        "\0",
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

test("any short form is read or is a Problem", () => {
  const service = fc.record(
    {
      image: shortForm,
      command: shortForm,
      ports: fc.array(shortForm),
      volumes: fc.array(shortForm),
      extra_hosts: fc.array(shortForm),
      environment: fc.array(shortForm),
      labels: fc.array(shortForm),
      restart: shortForm,
      stop_grace_period: shortForm,
      cap_add: fc.array(shortForm),
      healthcheck: fc.record({ test: shortForm, interval: shortForm }, { requiredKeys: [] }),
      deploy: fc.record({
        resources: fc.record({ limits: fc.record({ cpus: shortForm, memory: shortForm }) }),
      }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(service, (app) => void load(JSON.stringify({ services: { app: { image: "a", ...app } } }))),
    { numRuns: 1500 },
  );
});

test("any files over each other, any settings and any env_file are read or are a Problem", () => {
  const file = fc.record(
    {
      services: fc.dictionary(
        fc.constantFrom("app", "db"),
        fc.dictionary(fc.constantFrom(...serviceKeys), json),
      ),
      networks: fc.dictionary(fc.constantFrom("default", "__proto__"), json),
      secrets: fc.dictionary(fc.constantFrom("one", "two"), json),
    },
    { requiredKeys: ["services"] },
  );
  const readFile = (text: string) => (): Buffer => Buffer.from(text);
  fc.assert(
    fc.property(
      fc.array(file, { minLength: 1, maxLength: 3 }),
      fc.string(),
      shortForm,
      (files, text, value) => {
        const asked = "services: {app: {image: 'a:$V', env_file: [a], labels: {a: '${V:-$W}'}}}";
        const texts = [asked, ...files.map((one) => JSON.stringify(one))];
        onlyProblems(() =>
          loadStack({
            stack: "notes",
            files: texts.map((one, index) => ({ path: `${index}.yml`, text: one })),
            dir: "/recipes/app",
            env: { V: value },
            readFile: readFile(text),
          }),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ["brackets", "[".repeat(longText)],
  ["mappings", "{a: ".repeat(longText / 4)],
  ["block lists", "- ".repeat(longText / 2)],
  ["one long text", `services: {app: {image: "${"a".repeat(longText)}"}}`],
  ["dollars", `services: {app: {image: a, labels: {a: "${"$$".repeat(longText / 2)}"}}}`],
  ["variables without end", `services: {app: {image: a, labels: {a: "${"${A".repeat(longText / 3)}"}}}`],
  ["defaults", `services: {app: {image: a, labels: {a: "${"$A-".repeat(longText / 3)}"}}}`],
  ["quotes", `services: {app: {image: a, command: '${'\\"'.repeat(longText / 2)}'}}`],
  [
    "colons",
    `services: {app: {image: a, volumes: ["${":".repeat(longText)}"], ports: ["${":".repeat(9)}"]}}`,
  ],
  ["digits", `services: {app: {image: a, environment: {A: ${"9".repeat(longText)}}}}`],
  ["underscores", `services: {app: {image: a, environment: {A: 1${"_".repeat(longText)}}}}`],
  ["many keys", `services: {app: {image: a, labels: {${lines((i) => `k${i}: v`)}}}}`],
  ["many anchors", `x: [${lines((i) => `&a${i} b`)}]\nservices: {app: {image: a}}`],
  ["a doubling of anchors", `${doubling(40)}services: {app: {image: a}}`],
  ["a name like a long path", `services: {app: {image: "${"a/".repeat(longText / 2)}b"}}`],
  ["a time without end", `services: {app: {image: a, stop_grace_period: "${"1h".repeat(longText / 2)}"}}`],
])("64 KB of %s is read or is a Problem", (_what, text) => {
  expect(() => load(text)).not.toThrow();
});

/** Texts that `yaml` alone reads, with as many signs as it is asked to read, and with more. */
test("what would keep the reader of all YAML busy is refused before it is read", () => {
  const textOf = (signs: number): string => `x-a: [${"&a b,".repeat((signs - 3) / 2)}]`;
  expect(parseCompose(textOf(mostYamlSigns - 1), "compose.yml").root.entries.has("x-a")).toBe(true);
  expect(() => parseCompose(textOf(mostYamlSigns + 1), "compose.yml")).toThrow(
    `${mostYamlSigns} signs of YAML`,
  );
});

function lines(each: (index: number) => string): string {
  return Array.from({ length: 5000 }, (_, index) => each(index)).join(", ");
}

function doubling(levels: number): string {
  const level = (n: number): string =>
    n === 0 ? "x0: &x0 [a, b]\n" : `x${n}: &x${n} [*x${n - 1}, *x${n - 1}]\n`;
  return Array.from({ length: levels }, (_, n) => level(n)).join("");
}

test("text without a dollar stays as it is, and doubled dollars become one", () => {
  const plain = fc.string({ maxLength: 80 });
  fc.assert(
    fc.property(plain, (text) => {
      const yaml = JSON.stringify({ "x-a": text.replaceAll("$", "$$$$") });
      const entry = interpolate(parseCompose(yaml, "compose.yml"), env).root.entries.get("x-a");
      expect(entry?.value).toMatchObject({ kind: "scalar", value: text });
    }),
  );
});

test("times, sizes, CPUs and words are read back as they are written", () => {
  const whole = fc.integer({ min: 0, max: 1_000_000 });
  const word = fc.string({ maxLength: 12 });
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&")}"`;
  fc.assert(
    fc.property(whole, whole, fc.array(word), (one, other, all) => {
      expect(readDuration(`${one}m${other}s`)).toBe(one * 60e9 + other * 1e9);
      expect(readSize(`${one}KiB`)).toBe(one * 1024);
      expect(readCpus((one / 1000).toFixed(3))).toBe(one * 1_000_000);
      expect(splitWords(all.map(quoted).join(" "))).toEqual(all);
    }),
  );
});
