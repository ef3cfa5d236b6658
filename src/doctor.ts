/**
 * `tandem doctor`: everything that can be checked without changing anything, each with what to do when it is not
 * well. Answers the exit code: 0 when nothing is unwell.
 */
import { loadConfig, type Config } from "./config.ts";
import { collective } from "./doctor/collective.ts";
import { find, lineOf, type Finding } from "./doctor/finding.ts";
import { dataFolder, maintainers, pages } from "./doctor/here.ts";
import { rooms } from "./doctor/rooms.ts";
import { servers as serversOf } from "./doctor/servers.ts";
import { catalogue, docker, healthOfRunning, matrix, recipe, server } from "./doctor/there.ts";

/** Runs all checks and prints a line each; the last says whether anything is to be done. */
export async function doctor(print: (text: string) => void): Promise<number> {
  let config: Config | undefined;
  const settings = await find("settings", () => {
    config = loadConfig();
    return `${config.file ?? "no tandem.yaml here, so the environment and the defaults"}: all understood`;
  });
  const findings = config === undefined ? [settings] : [settings, ...(await checks(config))];
  for (const finding of findings) print(lineOf(finding));
  const unwell = findings.filter(({ state }) => state === "unwell").length;
  print(
    unwell === 0 ? "\nAll is well." : `\n${unwell} of these ${unwell === 1 ? "is" : "are"} to be mended.`,
  );
  return unwell === 0 ? 0 : 1;
}

async function checks(config: Config): Promise<Finding[]> {
  const health = await healthOfRunning(config);
  const isRunning = health !== undefined;
  const found = await Promise.all([
    find("data folder", () => dataFolder(config)),
    find("server", () => server(health)),
    // The running one holds the database alone, and would not run without a maintainer or on another's port.
    ...(isRunning
      ? []
      : [find("maintainers", () => maintainers(config)), find("pages", () => pages(config))]),
    find("docker", () => docker(config)),
    inChat(config, isRunning),
    find("catalogue", () => catalogue(config)),
    find("open collective", () => collective(config)),
    ...Object.entries(config.recipes).map(([name, source]) =>
      find(`recipe ${name}`, () => recipe(config, source)),
    ),
    serversOf(config, health),
  ]);
  return found.flat();
}

/** Rooms are asked about only where the homeserver answers: what is wrong with it is said once. */
async function inChat(config: Config, isRunning: boolean): Promise<Finding[]> {
  const bot = await find("matrix", () => matrix(config));
  return bot.state === "well" ? [bot, ...(await rooms(config, { isRunning }))] : [bot];
}
