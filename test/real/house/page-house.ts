/**
 * The house of the tests that deploy the sample page: the real program with a homeserver and a Swarm, people with
 * clients of their own in an encrypted room with the bot, and the page's image.
 */
import type { TestDocker } from "../docker/index.ts";
import { freePort } from "../docker/index.ts";
import type { TestSynapse, TestUser } from "../synapse/index.ts";
import { gather, openRoom, talk, type Gathering, type Talk } from "./gathering.ts";
import { buildPage, recipe } from "./image.ts";
import { install, type Installation, type Program } from "./program.ts";
import { removeStack } from "./stack.ts";

export interface PageHouse<Name extends string> {
  bot: TestUser;
  people: Gathering<Name>;
  says: Record<Name, Talk>;
  room: string;
  home: Installation;
  /** The first one that was started. */
  program: Program;
  /** Makes the app and sets it up; answers where its page will be. */
  makeApp(by: Talk): Promise<string>;
  /** Ends the program that is given and takes everything off. Answers how the program ended. */
  stop(program: Program): Promise<number | NodeJS.Signals>;
}

export interface PageHouseOptions<Name extends string> {
  synapse: TestSynapse;
  docker: TestDocker;
  /** The app's domain; its stack bears the same name. */
  app: string;
  names: readonly Name[];
  operators: readonly Name[];
  maintainers: readonly Name[];
  /** Who opens the room. */
  host: Name;
  /** Another socket than the engine's own. */
  socketPath?: string;
}

/** The image of the page, as one house has it. */
export function pageImage(docker: TestDocker): string {
  return `${docker.prefix}custom-html:1.0.0`;
}

export async function openPageHouse<Name extends string>(
  options: PageHouseOptions<Name>,
): Promise<PageHouse<Name>> {
  const { synapse, docker, app, names, host } = options;
  const image = pageImage(docker);
  await buildPage(docker.docker, image);
  const bot = await synapse.user("tandem");
  const people = await gather(synapse, names);
  const seeds = (of: readonly Name[]) => of.map((name) => ({ name, matrixId: people[name].userId }));
  const home = await install({
    homeserver: synapse.url,
    bot,
    operators: seeds(options.operators),
    maintainers: seeds(options.maintainers),
    recipes: { "custom-html": recipe },
    docker: options.socketPath ?? docker.socketPath,
  });
  const program = home.start();
  await program.up;
  const guests = names.filter((name) => name !== host).map((name) => people[name]);
  const room = await openRoom(people[host], bot.userId, guests);
  const talks = names.map((name) => [name, talk(people[name], room, bot.userId)] as const);
  return {
    ...{ bot, people, room, home, program },
    says: Object.fromEntries(talks) as Record<Name, Talk>,
    makeApp: (by) => makeApp(by, app, image),
    async stop(last) {
      const ended = await last.end("SIGTERM");
      for (const name of names) people[name].stop();
      await removeStack(docker.docker, app.replaceAll(".", "_"));
      await docker.docker.getImage(image).remove({ force: true });
      await docker.stop();
      await synapse.stop();
      home.remove();
      return ended;
    },
  };
}

async function makeApp(by: Talk, app: string, image: string): Promise<string> {
  const port = await freePort();
  await by.ask(`app new custom-html ${app} --version 1.0.0+1.0.0`, /is a custom-html now/);
  await by.ask(`app set ${app} PORT ${port}`, /from its next deploy on/);
  await by.ask(`app set ${app} IMAGE ${image}`, /from its next deploy on/);
  return `http://127.0.0.1:${port}/`;
}
