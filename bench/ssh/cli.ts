import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestSshd } from "../../test/real/ssh/sshd.ts";

/**
 * Asks an engine with the docker CLI over `ssh://`. The CLI looks for `ssh` on its path: one that knows this sshd and
 * our key, and brings the socket there along, is put in front. Throws when the CLI ends with a code.
 */
export function cliOver({ port, user, keyFile, folder }: TestSshd, socket: string, words: string[]): void {
  const bin = path.join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const options = `-i ${keyFile} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
  // What the CLI runs there is `docker system dial-stdio`, which asks the usual socket unless it is told another.
  const there = `DOCKER_HOST=unix://${socket} docker system dial-stdio`;
  const script = `#!/bin/sh\nexec /usr/bin/ssh ${options} -p ${port} ${user}@127.0.0.1 "${there}"\n`;
  writeFileSync(path.join(bin, "ssh"), script);
  chmodSync(path.join(bin, "ssh"), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  const ended = spawnSync("docker", ["-H", `ssh://${user}@127.0.0.1:${port}`, ...words], { env });
  if (ended.status !== 0)
    throw new Error(`docker over ssh ended with ${ended.status}: ${ended.stderr.toString()}`);
}
