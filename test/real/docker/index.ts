/**
 * A real Docker Engine with Swarm for tests. It is here on purpose, and not a stand-in: what Tandem says
 * about a deploy is only worth something against the engine that co-ops run. `useDocker()` uses the engine
 * that answers; as root on Debian it installs and starts one of its own; otherwise the tests are left out
 * with one line, or fail under TANDEM_REAL=require. Test images are made from a static busybox and pushed
 * to a registry on loopback.
 */
import { existsSync } from "node:fs";
import { randomBytes } from "node:crypto";
import Docker from "dockerode";
import { answers, beSwarm, startEngine, usualSocket } from "./engine.ts";
import { makeImage, pushImage, startScripts } from "./images.ts";
import { install, mayInstall } from "./install.ts";
import { registryProgram, startRegistry } from "./registry.ts";

export { freePort } from "./registry.ts";

export interface TestDocker {
  docker: Docker;
  socketPath: string;
  /** Repository of the test images, without tag: tags 1.0.0, 1.0.1, crash. */
  image: string;
  /** Beginning of every stack name of this test file. */
  prefix: string;
  /** A stack name that no other test run uses. */
  stackName(of: string): string;
  stop(): Promise<void>;
}

/**
 * The engine for this test file, or undefined when there is none; says in one line what is used or left
 * out.
 */
export async function useDocker(options: { images?: boolean } = {}): Promise<TestDocker | undefined> {
  try {
    return await setUp(options.images ?? true);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    if (process.env["TANDEM_REAL"] === "require")
      throw new Error(`docker is required: ${reason}`, { cause: thrown });
    console.log(`docker: left out, ${reason}`);
    return undefined;
  }
}

async function setUp(withImages: boolean): Promise<TestDocker> {
  needPrograms(withImages, await answers(usualSocket));
  const own = (await answers(usualSocket)) ? undefined : await startEngine();
  const socketPath = own?.socketPath ?? usualSocket;
  const docker = new Docker({ socketPath });
  const madeSwarm = await beSwarm(docker);
  const version = await docker.version();
  const registry = withImages ? await startRegistry() : undefined;
  const run = randomBytes(3).toString("hex");
  const image = `${registry?.host ?? "tandem.test"}/tandem-test/app`;
  const tags = withImages ? Object.keys(startScripts) : [];
  for (const tag of tags) {
    await makeImage(docker, image, tag);
    await pushImage(docker, `${image}:${tag}`);
  }
  const whose = own === undefined ? "the engine of this machine" : "an engine started for the tests";
  console.log(
    `docker: ${whose}, ${version.Version}, registry ${registry === undefined ? "none" : "on loopback"}`,
  );
  return {
    docker,
    socketPath,
    image,
    prefix: `tt-${run}-`,
    stackName: (of) => `tt-${run}-${of}`,
    async stop() {
      for (const tag of tags)
        await docker
          .getImage(`${image}:${tag}`)
          .remove({ force: true })
          .catch(() => undefined);
      await registry?.stop();
      if (madeSwarm && own === undefined) await docker.swarmLeave({ force: true });
      await own?.leave();
    },
  };
}

function needPrograms(withImages: boolean, engineAnswers: boolean): void {
  const missing: string[] = [];
  if (!engineAnswers && !existsSync("/usr/sbin/dockerd") && !existsSync("/usr/bin/dockerd"))
    missing.push("docker.io");
  if (withImages && !existsSync(registryProgram)) missing.push("docker-registry");
  if (withImages && !existsSync("/bin/busybox")) missing.push("busybox-static");
  if (!engineAnswers && process.getuid?.() !== 0)
    throw new Error("no engine answers and only root may start one");
  if (missing.length === 0) return;
  if (!mayInstall())
    throw new Error(`${missing.join(", ")} not installed, and only root with apt may install it`);
  install(missing);
}
