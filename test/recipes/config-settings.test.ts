import { expect, it } from "vitest";
import { configSettings } from "../../src/recipes/index.ts";
import { goodFiles } from "./recipe-files.ts";

const compose = { path: "compose.yml", text: goodFiles()["compose.yml"] ?? "" };

it("tells by the name in the swarm which setting a config's version comes from", () => {
  const env = { STACK_NAME: "notes_example_coop", CONF_VERSION: "v3" };
  expect(configSettings([compose], env)).toEqual({ notes_example_coop_conf_v3: "CONF_VERSION" });
});

it("says nothing of configs without a version, nor of files that are none", () => {
  const bare = { path: "a.yml", text: "configs:\n  a: {file: x, name: fixed}\n  b: {file: y}\n  c:\n" };
  expect(
    configSettings([bare, { path: "b.yml", text: "[" }, { path: "c.yml", text: "configs: 5" }], {}),
  ).toEqual({});
});
