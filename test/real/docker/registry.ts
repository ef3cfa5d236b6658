import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export const registryProgram = "/usr/bin/docker-registry";

/** An image registry on loopback without sign-in, which the engine accepts without TLS. */
export interface Registry {
  /** `127.0.0.1:<port>` */
  host: string;
  stop(): Promise<void>;
}

/** Starts Debian's docker-registry on a free port, with a folder of its own. */
export async function startRegistry(): Promise<Registry> {
  if (!existsSync(registryProgram))
    throw new Error(`${registryProgram} is missing (package docker-registry)`);
  const dir = mkdtempSync(path.join(tmpdir(), "tandem-registry-"));
  const port = await freePort();
  const config = path.join(dir, "config.yml");
  writeFileSync(
    config,
    `version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: ${dir}/data}\n  delete: {enabled: true}\n` +
      `http: {addr: "127.0.0.1:${port}"}\n`,
  );
  const child = spawn(registryProgram, ["serve", config], { stdio: "ignore" });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  await answering(port, () => child.exitCode);
  return {
    host: `127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A TCP port on loopback that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = net.createServer().once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address !== null ? done(address.port) : failed(new Error("no port")),
      );
    });
  });
}

async function answering(port: number, exitCode: () => number | null): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (exitCode() !== null) throw new Error(`docker-registry ended with ${exitCode() ?? "nothing"}`);
    await new Promise((rested) => setTimeout(rested, 100));
  }
  throw new Error("docker-registry does not answer");
}
