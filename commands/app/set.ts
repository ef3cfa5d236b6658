import type { Command } from "../../src/router/define.ts";
import set from "./config/set.ts";

/** The short form: the setting that is changed most often deserves fewer words. */
export default {
  ...set,
  summary: "Change a setting of an app: short for `app config set`.",
  example: "app set notes.example.coop PORT 8081",
} satisfies Command;
