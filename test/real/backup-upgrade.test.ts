/**
 * An upgrade whose migration ruins the data and then crashes, on a real engine with the real restic, as the room sees
 * it: the program is back as it was, the data byte by byte, and both are said.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { bySocket, openSwarm, type Swarm } from "../../src/swarm/index.ts";
import { bo, cleo, openStage, type Stage } from "../house/stage.ts";
import { remove, repository, temporaryFolder } from "../recipes/repository.ts";
import { quickKey } from "./backups/quick-key.ts";
import { haveProgram, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { imageOfPrograms } from "./docker/programs.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;

/** The second version rewrites what it finds, adds to it, removes some, and dies of it. */
const compose = (image: string, version: string, script: string): string => `version: "3.8"
services:
  app:
    image: ${image}
    command: ["/bin/sh", "-c", "${script}"]
    stop_grace_period: 1s
    volumes: [data:/data]
    deploy:
      endpoint_mode: dnsrr
      restart_policy: { delay: 1s }
      labels: { backupbot.backup: "true", "coop-cloud.\${STACK_NAME}.version": ${version} }
volumes: { data: {} }
`;
const migration = "echo ruined > /data/rows; echo 2 > /data/schema; rm -rf /data/deep; echo migrated; exit 1";

describe.skipIf(docker === undefined)(
  "an upgrade whose migration ruins the data",
  { timeout: 300_000 },
  () => {
    if (docker === undefined) return;
    const image = `tandem.test/${docker.prefix}restic`;
    const app = `${docker.stackName("ruin")}.example.coop`;
    const stack = app.replaceAll(".", "_");
    const recipe = repository();
    const data = temporaryFolder();
    const password = path.join(data, "password");
    let swarm: Swarm;
    let stage: Stage;

    beforeAll(async () => {
      await imageOfPrograms(docker.docker, `${image}:1`, ["/usr/bin/restic"]);
      execFileSync("docker", ["tag", `${image}:1`, `${image}:2`]);
      const publish = (version: string, tag: string, script: string): void =>
        recipe.publish(version, {
          "compose.yml": compose(`${image}:${tag}`, version, script),
          ".env.sample": "TYPE=rows\nDOMAIN=rows.example.com\n",
        });
      publish("1.0.0+1.0.0", "1", "exec sleep 100000");
      publish("1.1.0+1.1.0", "2", migration);
      mkdirSync(path.join(data, "repository"));
      writeFileSync(password, "words of the repository");
      swarm = openSwarm({ way: bySocket(docker.socketPath), clock: systemClock });
      stage = await openStage({
        recipes: { rows: recipe.dir },
        socket: docker.socketPath,
        settings: { backups: { repository: "nightly", image: `${image}:1`, dataBack: "always" } },
      });
    }, 120_000);
    afterAll(async () => {
      await stage.stop();
      await swarm.remove(stack, { volumes: true });
      swarm.close();
      for (const tag of ["1", "2"]) spawnSync("docker", ["image", "rm", "-f", `${image}:${tag}`]);
      remove(recipe.dir);
      rmSync(data, { recursive: true, force: true });
      await docker.stop();
    }, 60_000);

    const sh = async (words: string): Promise<string> => {
      const { exitCode, output } = await swarm.exec(stack, "app", { argv: ["sh", "-c", words] });
      if (exitCode !== 0) throw new Error(`${words}: ${output}`);
      return output.trim();
    };
    /** Everything that could differ: names, kinds, rights, owners, times of files, and their bytes. */
    const bytes = (): Promise<string> =>
      sh(
        "cd /data; find . -exec stat -c '%n %F %a %u %g %s' {} + | sort; find . -type f -exec sha256sum {} + | sort",
      );
    const spec = async () => (await swarm.snapshot(stack)).services["app"]?.spec as { TaskTemplate: object };

    /** Says it, and agrees to the question that it leads to; answers how its run has ended. */
    async function agreed(words: string, question: RegExp) {
      stage.chat.say(cleo, `!tandem ${words}`);
      const asked = await stage.chat.seen(question, { timeoutMs: 20_000 });
      stage.chat.react(bo, asked.eventId, "✅");
      const run = /Run `([a-z]{5})`/.exec(asked.text)?.[1] ?? "";
      return { run, ...(await stage.house.engine.result(run)) };
    }

    it("has its specs and its data back, and the room says so", async () => {
      const repo = `backup repo add nightly ${data}/repository --password-file ${password}`;
      expect(await agreed(repo, /^Keep backups/)).toMatchObject({ status: "done" });
      quickKey(path.join(data, "repository"), password);
      await stage.say(cleo, `!tandem app new rows ${app} --version 1.0.0+1.0.0`);
      expect(await agreed(`app deploy ${app}`, /^Deploy/)).toMatchObject({ status: "done" });
      await sh("mkdir -p /data/deep; head -c 300000 /dev/urandom > /data/rows; echo 1 > /data/schema");
      await sh("echo kept > '/data/deep/a name'; chown 33:44 /data/deep /data/rows; chmod 640 /data/rows");
      const [before, specBefore] = [await bytes(), await spec()];
      expect(JSON.stringify(specBefore)).toContain(`${image}:1`);

      const upgrade = await agreed(`app upgrade ${app}`, /^Upgrade/);
      expect([upgrade.status, upgrade.problem?.code]).toEqual(["undone", "upgrade-taken-back"]);
      const after = await spec();
      expect(JSON.stringify(after)).not.toContain(`${image}:2`);
      expect(after).toEqual(specBefore);
      expect(await swarm.services(stack)).toMatchObject([{ service: "app", running: 1, wanted: 1 }]);
      expect(await bytes()).toBe(before);

      const taken = stage.rows("select id, state, cause from backup");
      expect(taken).toMatchObject([{ state: "proven", cause: "upgrade" }]);
      const said = await stage.chat.seen(/1\.1\.0\+1\.1\.0 did not come up/, { timeoutMs: 20_000 });
      expect(said.text).toContain(String(taken[0]?.["id"]));
      expect(said.text).toContain(
        "1.0.0+1.0.0 is put back as it was before. Its data is back too, as of the backup",
      );
    });
  },
);
