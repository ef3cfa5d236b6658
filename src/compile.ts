/**
 * Loads all that the program loads, and ends: what Node has compiled on the way is kept for its starts. The image is
 * built with it, because nothing can be written beside the packages there later.
 */
import "./quick-start.ts";
import path from "node:path";

const folder = (name: string): string => path.join(import.meta.dirname, "..", name);
await Promise.all(["config.ts", "house/index.ts", "chat/matrix/index.ts"].map((file) => import(`./${file}`)));
const { startedOtherwise } = await import("./house/scheduled.ts");
const { discover } = await import("./router/index.ts");
const found = await discover({
  ...{ commands: [folder("commands")], workflows: [folder("workflows")] },
  startedOtherwise,
});
process.stdout.write(`${found.commands.size} commands and what they need are compiled.\n`);
