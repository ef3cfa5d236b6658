import { z } from "zod";
import { command, start } from "../../../src/router/define.ts";
import upgradeAll from "../../../workflows/upgrade-all.ts";

const Policy = z.enum(["patch", "minor"], { error: "patch or minor" });

export default command({
  summary: "Upgrade every app that has a newer version within the policy, one after the other.",
  example: "app upgrade all --policy patch",
  role: "maintainer",
  args: { policy: Policy.default("patch").describe("how large a step may be: patch or minor") },
  flags: ["policy"],
  run: ({ args }) => start(upgradeAll, args),
});
