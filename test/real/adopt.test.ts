/**
 * An app that abra deployed is taken over, upgraded and brought back by Tandem, and deployed again by the docker
 * CLI: where nothing changes no task restarts.
 */
import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { openApps } from "../../src/apps/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { systemClock } from "../../src/core/clock.ts";
import { AppDomain, RecipeVersion } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openRecipes } from "../../src/recipes/index.ts";
import { bySocket, openSwarm } from "../../src/swarm/index.ts";
import adopt from "../../workflows/adopt.ts";
import deploy from "../../workflows/deploy.ts";
import { fakeServers } from "../apps/fake-swarm.ts";
import { repository, temporaryFolder } from "../recipes/repository.ts";
import { tell } from "../workflows/telling.ts";
import { abraWay, cli } from "./abra-way.ts";
import { useDocker } from "./docker/index.ts";

const docker = await useDocker();

/** A recipe as they are written: a database beside the app, a secret, traefik's labels, an overlay in the sample. */
const compose = (image: string, tag: string, version: string): string => `
version: "3.8"
services:
  app:
    image: ${image}:${tag}
    environment:
      - DB_HOST=db
      - TITLE
    secrets: [token]
    stop_grace_period: 1s
    healthcheck:
      test: ["CMD", "wget", "-q", "-O", "-", "http://127.0.0.1:8080/version"]
      interval: 1s
      retries: 5
    deploy:
      endpoint_mode: dnsrr
      update_config: {order: start-first, failure_action: rollback, monitor: 2s}
      labels:
        - "traefik.enable=true"
        - "traefik.http.routers.\${STACK_NAME}.rule=Host(\`\${DOMAIN}\`\${EXTRA_DOMAINS})"
        - "coop-cloud.\${STACK_NAME}.version=${version}"
        - "coop-cloud.\${STACK_NAME}.timeout=\${TIMEOUT:-60}"
  db:
    image: ${image}:1.0.0
    volumes: [data:/data]
    deploy: {endpoint_mode: dnsrr}
volumes:
  data:
secrets:
  token:
    external: true
    name: \${STACK_NAME}_token_\${SECRET_TOKEN_VERSION}
`;

const sample = `TYPE=board

DOMAIN=board.example.com
## Further names
#EXTRA_DOMAINS=', \`www.board.example.com\`'
TIMEOUT=60
TITLE="A board"
#SMTP_HOST=
SECRET_TOKEN_VERSION=v1 # length=40
`;

describe.skipIf(docker === undefined || cli === undefined)("an app of abra's", { timeout: 120_000 }, () => {
  if (docker === undefined) return;
  const domain = AppDomain.parse(`${docker.stackName("board")}.example.coop`);
  const stack = domain.replaceAll(".", "_");
  const versions = { old: "1.0.0+1.0.0", new: "1.1.0+1.0.1" };
  const data = temporaryFolder();
  const source = repository();
  const files = {
    old: compose(docker.image, "1.0.0", versions.old),
    new: compose(docker.image, "1.0.1", versions.new),
  };
  source.publish(versions.old, { "compose.yml": files.old, ".env.sample": sample });
  source.publish(versions.new, { "compose.yml": files.new, ".env.sample": sample });
  const clock = systemClock;
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const swarm = openSwarm({ way: bySocket(docker.socketPath), clock });
  const recipes = openRecipes({ sources: { board: source.dir }, dataDir: data, clock });
  const house = { db, clock, apps: openApps({ db, clock, audit, recipes, servers: fakeServers(swarm) }) };
  const abra = abraWay(docker);
  /** As abra keeps it: an extra name, a setting of the co-op's own, a price with a dollar sign. */
  const env = sample
    .replaceAll("board.example.com", domain)
    .replace("#EXTRA_DOMAINS", "EXTRA_DOMAINS")
    .replace('"A board"', "'Ours: 5 $ a month'")
    .concat("OWN_NOTE='mind the gap'\n");

  afterAll(async () => {
    await swarm.remove(stack, { volumes: true, secrets: true });
    swarm.close();
    db.close();
    await docker.stop();
    for (const dir of [data, source.dir]) rmSync(dir, { recursive: true, force: true });
  });

  const running = async (): Promise<string[]> =>
    (await swarm.tasks(stack))
      .filter(({ state }) => state === "running")
      .map(({ task }) => task)
      .sort();
  const services = async () =>
    (await docker.docker.listServices({
      filters: JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] }),
    })) as unknown as { Spec: { Labels: Record<string, string>; TaskTemplate: object } }[];
  /** Long enough for the orchestrator to replace a task, if it were about to. */
  const settle = () => new Promise((rested) => setTimeout(rested, 3000));

  it("is found by its labels alone, and its settings are read back", async () => {
    abra.secret(`${stack}_token_v1`, "abra made this");
    abra.deploy({ stack, recipe: "board", version: versions.old, compose: files.old, env });
    await expect.poll(running, { timeout: 60_000, interval: 300 }).toHaveLength(2);
    const { apps } = await house.apps.found();
    expect(apps.find((one) => one.stack === stack)).toEqual({
      domain,
      stack,
      server: "local",
      recipe: "board",
      version: versions.old,
      versionLabel: versions.old,
      chaos: null,
      services: ["app", "db"],
    });
    const before = await running();
    const told = await tell(house, adopt, { app: domain });
    expect(told.problem).toBeNull();
    expect(told.text).toContain(`Take over ${domain}, a board 1.0.0+1.0.0 on local?`);
    expect(told.text).toContain(
      "A deploy of it now would change none of its 2 services: it was understood whole.",
    );
    expect(told.text).toContain("OWN_NOTE");
    expect(house.apps.exported()[0]?.env).toBe(env);
    expect(house.apps.get(domain)).toMatchObject({
      stack,
      recipe: "board",
      version: versions.old,
      server: "local",
    });
    expect(audit.list({ subject: domain })).toMatchObject([{ who: "ana", what: "app.adopted" }]);
    await settle();
    expect(await running()).toEqual(before);
    expect((await tell(house, deploy, { app: domain })).text).toContain("there is nothing to change");
    expect((await house.apps.found()).apps.find((one) => one.stack === stack)).toBeUndefined();
  });

  it("is upgraded and brought back, and nothing of Tandem's reaches a container", async () => {
    const up = await tell(house, deploy, { app: domain, version: RecipeVersion.parse(versions.new) });
    expect(up.text).toContain(`${domain} runs 1.1.0+1.0.1, healthy after`);
    const down = await tell(house, deploy, { app: domain, version: RecipeVersion.parse(versions.old) });
    expect(down.text).toContain(`${domain} runs 1.0.0+1.0.0, healthy after`);
    const found = await services();
    expect(found.some(({ Spec }) => "tandem.run" in Spec.Labels)).toBe(true);
    for (const { Spec } of found) expect(JSON.stringify(Spec.TaskTemplate)).not.toMatch(/"tandem\./);
  });

  it("is deployed again by the CLI and by Tandem with no task restarted", async () => {
    await expect.poll(running, { timeout: 30_000, interval: 300 }).toHaveLength(2);
    const before = await running();
    // abra has written the version into its file after the deploy.
    const pinned = env.replace("TYPE=board", `TYPE=board:${versions.old}`);
    abra.deploy({ stack, recipe: "board", version: versions.old, compose: files.old, env: pinned });
    await settle();
    expect(await running()).toEqual(before);

    // Over the CLI's, with a label of ours that is new: the service is written, the task stays.
    const plan = await house.apps.planDeploy(domain, undefined, "again");
    expect(plan.isEmpty).toBe(true);
    house.apps.beginRecord(plan, "again", "ana");
    await house.apps.deploy(plan, "again/deploy");
    await settle();
    expect(await running()).toEqual(before);
    abra.deploy({ stack, recipe: "board", version: versions.old, compose: files.old, env: pinned });
    await settle();
    expect(await running()).toEqual(before);
  });
});
