/** A house with a recipe of PostgreSQL, a repository, and a second server behind a real sshd. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { openApps } from "../../../src/apps/index.ts";
import { openAudit } from "../../../src/audit/index.ts";
import { openBackups, openTurns, type Backups } from "../../../src/backups/index.ts";
import { say } from "../../../src/chat/message.ts";
import { backupSettings } from "../../../src/config/backups.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { AppDomain } from "../../../src/core/terms.ts";
import { openDb } from "../../../src/db/index.ts";
import { openRecipes } from "../../../src/recipes/index.ts";
import { bySocket, bySsh, openSwarm, type Swarm } from "../../../src/swarm/index.ts";
import { workflow } from "../../../src/workflow/define.ts";
import drillTrial from "../../../workflows/drill-trial.ts";
import restoreData from "../../../workflows/restore-data.ts";
import takeBackup from "../../../workflows/take-backup.ts";
import { fakeServers } from "../../apps/fake-swarm.ts";
import { remove, repository, temporaryFolder } from "../../recipes/repository.ts";
import type { tell } from "../../workflows/telling.ts";
import { quickKey } from "../backups/quick-key.ts";
import type { TestDocker } from "../docker/index.ts";
import type { SecondEngine } from "../docker/second-engine.ts";
import { makePostgres, postgresRecipe } from "../docker/postgres.ts";
import { imageOfPrograms } from "../docker/programs.ts";
import { startSshd } from "../ssh/sshd.ts";

/** Stories that others begin. */
export const others = { "take-backup": takeBackup, "restore-data": restoreData, "drill-trial": drillTrial };

/** A backup and nothing beside; it says its id. */
export const justBackup = workflow({
  input: z.strictObject({ app: AppDomain }),
  run: async ({ child }, { app }) =>
    say((await child("take", takeBackup, { app, cause: "asked" as const })).backup),
});

export interface RestoreHouse {
  house: Parameters<typeof tell>[0];
  backups: Backups;
  here: Swarm;
  /** The second server. */
  there: Swarm;
  stackOf(domain: string): string;
  /** Containers of our helpers that are still there. */
  helpers(): Promise<string[]>;
  /** The restic of this machine, as an oracle; `input` is what it reads. */
  restic(words: readonly string[], input?: string): string;
  /** What psql prints in the database of an app. */
  sql(domain: string, words: string): Promise<string>;
  /** Removes these apps, and all that was made for the house. */
  stop(domains: readonly string[]): Promise<void>;
}

/** What its recipe `pg` is made of: the image of its database, and its files. */
export interface RestoreRecipe {
  /** As the official image is called, such as `postgres:15`. */
  database: string;
  make(docker: TestDocker["docker"], image: string): Promise<void>;
  files(image: string): Record<string, string>;
}

const withHooks: RestoreRecipe = { database: "postgres:15", make: makePostgres, files: postgresRecipe };

export interface RestoreHouseOptions {
  /** The password of the repository is stretched as restic does it, for whoever measures. */
  isSlow?: boolean;
  made?: RestoreRecipe;
  /** The engine of the second server; the one of this machine once more, where none is given. */
  second?: SecondEngine | undefined;
}

export async function openRestoreHouse(
  docker: TestDocker,
  { isSlow = false, made = withHooks, second }: RestoreHouseOptions = {},
): Promise<RestoreHouse> {
  const image = `tandem.test/${docker.prefix}pg/${made.database}`;
  const helper = `tandem.test/${docker.prefix}restic:0.14`;
  const data = temporaryFolder();
  const recipe = repository();
  const clock = systemClock;
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const passwordFile = path.join(data, "password");
  const location = path.join(data, "repository");
  await made.make(docker.docker, image);
  await imageOfPrograms(docker.docker, helper, ["/usr/bin/restic"]);
  for (const name of second === undefined ? [] : [image, helper])
    await (second as SecondEngine).docker.loadImage(await docker.docker.getImage(name).get());
  recipe.publish("1.0.0+15.0.0", made.files(image));
  mkdirSync(location);
  writeFileSync(passwordFile, randomBytes(12).toString("hex"));
  const sshd = await startSshd();
  const { port, user, keyFile, hostKey } = sshd;
  const address = { host: "127.0.0.1", port, user, keyFile, hostKey, socket: (second ?? docker).socketPath };
  const here = openSwarm({ way: bySocket(docker.socketPath), clock });
  const there = openSwarm({ way: bySsh(address, { name: "swarm-2", clock, agentSocket: undefined }), clock });
  const servers = fakeServers(here, { "swarm-2": there });
  const recipes = openRecipes({ sources: { pg: recipe.dir }, dataDir: data, clock });
  const apps = openApps({ db, clock, audit, recipes, servers });
  const settings = { ...backupSettings.parse({ repository: "nightly" }), image: helper };
  const publicUrl = "https://tandem.example.coop";
  const ground = { db, clock, audit, apps, recipes, servers: servers as never, turns: openTurns() };
  const backups = openBackups({ ...ground, settings, publicUrl });
  const plain = { keyFile: null, hostKey: null, credentialsFile: null };
  const wish = { name: "nightly", location, server: null, passwordFile, ...plain };
  await backups.openRepository(wish, "first", true);
  if (!isSlow) quickKey(location, passwordFile);
  backups.addRepository("ana", wish);
  const stackOf = (domain: string): string => domain.replaceAll(".", "_");
  return {
    house: { db, clock, apps, audit, recipes, backups: backups as never },
    ...{ backups, here, there, stackOf },
    async helpers() {
      const engines = [docker.docker, ...(second === undefined ? [] : [second.docker])];
      const all = (await Promise.all(engines.map((one) => one.listContainers({ all: true })))).flat();
      return all.filter(({ Image }) => Image === helper).map(({ Id }) => Id);
    },
    restic: (words, input) =>
      execFileSync("restic", ["-r", location, "--password-file", passwordFile, "--no-cache", ...words], {
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
        ...(input !== undefined && { input }),
      }),
    async sql(domain, words) {
      const argv = ["psql", "-U", "app", "-d", "app", "-At", "-c", words];
      const { server } = apps.get(AppDomain.parse(domain));
      const { exitCode, output } = await servers.swarmOf(server).exec(stackOf(domain), "db", { argv });
      if (exitCode !== 0) throw new Error(output);
      return output;
    },
    async stop(domains) {
      for (const domain of domains)
        for (const swarm of [here, there])
          await swarm.remove(stackOf(domain), { volumes: true, secrets: true });
      here.close();
      there.close();
      await sshd.stop();
      db.close();
      for (const name of [image, helper])
        await docker.docker
          .getImage(name)
          .remove({ force: true })
          .catch(() => undefined);
      remove(recipe.dir);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
