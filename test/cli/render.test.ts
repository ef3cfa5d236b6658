/** `tandem recipe render`: no server runs, and none is asked. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownRecipeWord } from "../../src/cli/recipe.ts";
import { Problem } from "../../src/core/problem.ts";
import { valuesIn } from "../swarm/compose/oracle/cases.ts";
import { installation, tandem, type Ended } from "./children.ts";

const { folder, remove } = installation();
const recipe = path.join(folder, "notes");

/** As the command line does it, without the start of a program each time; `err` is what a Problem says. */
async function say(...words: string[]): Promise<Ended> {
  let out = "";
  const print = (text: string): void => void (out += `${text}\n`);
  try {
    const code = (await ownRecipeWord(["recipe", "render", ...words], print)) ?? null;
    return { code, out, err: "" };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return { code: 1, out, err: thrown.text.happened };
  }
}

beforeAll(() => {
  mkdirSync(recipe);
  const put = (name: string, text: string): void => writeFileSync(path.join(recipe, name), text);
  put(".env.sample", "DOMAIN=notes.example.coop\nTAG=1.0\n");
  put("abra.sh", "export CONF_VERSION=v3\n");
  put(
    "compose.yml",
    'services:\n  app:\n    image: "nginx:$TAG"\n    configs: [conf]\n    secrets: [key]\n' +
      "configs:\n  conf: {file: conf, name: '${STACK_NAME}_conf_${CONF_VERSION}'}\nsecrets:\n  key: {file: key}\n",
  );
  put("compose.more.yml", "services: {app: {stop_grace_period: 1m30s}}\n");
  put("compose.broken.yml", "services:\n  app:\n    deploy:\n      replicas: two\n");
  put("conf", "words");
  put("key", "not-a-real-key");
  writeFileSync(
    path.join(folder, "own.env"),
    "DOMAIN=own.example.coop\nTAG=2.0\nCOMPOSE_FILE=compose.yml:compose.more.yml\n",
  );
});
afterAll(remove);

test("prints the merged files with the sample's settings", async () => {
  const { code, out, err } = await say(recipe);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(valuesIn(out.replaceAll(recipe, "/recipe"))).toEqual({
    version: "3.13",
    services: { app: { image: "nginx:1.0", configs: [{ source: "conf" }], secrets: [{ source: "key" }] } },
    configs: { conf: { name: "notes_example_coop_conf_v3", file: "/recipe/conf" } },
    secrets: { key: { file: "/recipe/key" } },
  });
});

test("takes settings, files and the stack's name from the words", async () => {
  const own = await say(recipe, "--env", path.join(folder, "own.env"), "--as", "compose");
  expect(valuesIn(own.out)).toMatchObject({
    services: { app: { image: "nginx:2.0", stop_grace_period: "1m30s" } },
  });
  const named = await say(
    recipe,
    "-c",
    "compose.yml",
    "-c",
    "compose.more.yml",
    "--stack",
    "mine",
    "--as",
    "spec",
  );
  const spec = JSON.parse(named.out) as Record<string, { Name: string }[]>;
  expect(spec["services"]).toMatchObject([
    { Name: "mine_app", TaskTemplate: { ContainerSpec: { StopGracePeriod: 90e9 } } },
  ]);
  expect(spec["configs"]).toMatchObject([
    { Name: "mine_conf_v3", Data: Buffer.from("words").toString("base64") },
  ]);
  expect(spec["networks"]).toMatchObject([{ Name: "mine_default" }]);
});

test("is a word of the program, which answers with an exit code", async () => {
  const { code, out } = await tandem(folder, ["recipe", "render", "notes", "--as", "compose"]);
  expect(code).toBe(0);
  expect(out).toContain("image: nginx:1.0");
  expect(await ownRecipeWord(["recipe", "list"], () => undefined)).toBeUndefined();
});

test("what is secret is not printed", async () => {
  const { out } = await say(recipe, "--as", "spec");
  expect(JSON.parse(out)).toMatchObject({ secrets: [{ Name: "notes_example_coop_key", Data: "•••" }] });
  expect(out).not.toContain(Buffer.from("not-a-real-key").toString("base64").slice(0, 12));
});

test("a fault is told with file, line and key path", async () => {
  const { code, out, err } = await say(recipe, "-c", "compose.yml", "-c", "compose.broken.yml");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(
    /^compose\.broken\.yml, line 4, column 17: services\.app\.deploy\.replicas is the text "two"/,
  );
});

test.each([
  [[], "it needs the folder of one recipe"],
  [["nowhere"], "there is no folder nowhere"],
  [[recipe, "--as", "table"], "--as is compose or spec, and not table"],
  [[recipe, "--loud"], "it does not understand --loud"],
  [[recipe, "-c", "nothing.yml"], "there is no file"],
])("words that do not fit: %j", async (words, happened) => {
  const { code, out, err } = await say(...words);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain(`tandem recipe render: ${happened}`);
});
