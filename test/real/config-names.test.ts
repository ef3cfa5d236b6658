/** A config whose content changed under an unchanged version: found on a real engine before anything is written. */
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { configSettings } from "../../src/recipes/index.ts";
import { bySocket, openSwarm, type StackInput } from "../../src/swarm/index.ts";
import { temporaryFolder } from "../recipes/repository.ts";
import { useDocker } from "./docker/index.ts";

const docker = await useDocker();

describe.skipIf(docker === undefined)("a config that was not raised", () => {
  if (docker === undefined) return;
  const stack = docker.stackName("conf");
  const name = `${stack}_conf_v1`;
  const swarm = openSwarm({ way: bySocket(docker.socketPath), clock: systemClock });
  const dir = temporaryFolder();
  const config = () => docker.docker.getConfig(name);

  /** What a deploy of the recipe would send; `template`: its config is filled in by the engine. */
  function input(content: string, template: boolean): StackInput {
    writeFileSync(path.join(dir, "app.conf"), content);
    const text = `
services:
  app:
    image: ${docker?.image ?? ""}:1.0.0
    configs: [{source: conf, target: /app.conf}]
    deploy: {endpoint_mode: dnsrr}
configs:
  conf:
    name: \${STACK_NAME}_conf_\${CONF_VERSION}
    file: app.conf
${template ? "    template_driver: golang" : ""}
`;
    const files = [{ path: "compose.yml", text }];
    const env = { STACK_NAME: stack, CONF_VERSION: "v1" };
    return { stack, dir, files, env, appLabels: {}, configSettings: configSettings(files, env) };
  }
  const stored = (content: string, template: boolean): Promise<unknown> =>
    docker.docker.createConfig({
      Name: name,
      Labels: { "com.docker.stack.namespace": stack },
      Data: Buffer.from(content).toString("base64"),
      ...(template && { Templating: { Name: "golang" } }),
    });

  afterEach(() => config().remove());
  afterAll(async () => {
    swarm.close();
    await docker.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each([
    ["other content", "old", false, "new", false],
    ["another template", '{{ env "A" }}', true, '{{ env "B" }}', true],
    ["the same text, which is a template now", '{{ env "A" }}', false, '{{ env "A" }}', true],
  ])("is refused for %s, with the setting to raise and the way out", async (_, before, was, after, is) => {
    await stored(before, was);
    const thrown: unknown = await swarm.plan(input(after, is)).catch((problem: unknown) => problem);
    expect(thrown).toMatchObject({
      code: "config-changed",
      text: {
        happened: expect.stringContaining(name) as string,
        means: expect.stringContaining("raise CONF_VERSION in abra.sh") as string,
        remedy: expect.stringContaining("undeploy the app and deploy it again") as string,
      },
    });
    expect(await swarm.services(stack)).toEqual([]);
  });

  it("is none when text and template are the same", async () => {
    await stored('{{ env "A" }}', true);
    const plan = await swarm.plan(input('{{ env "A" }}', true));
    expect(plan.changes).toEqual([{ service: "app", change: "create" }]);
  });
});
