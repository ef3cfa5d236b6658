/** The Docker API over a real sshd: what goes well, and every way in which it does not. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import {
  bySsh,
  openSwarm,
  probeHostKey,
  type LateProblem,
  type SshAddress,
  type Swarm,
} from "../../src/swarm/index.ts";
import { useDocker } from "./docker/index.ts";
import { openStacks } from "./docker/stacks.ts";
import { haveSshd, makeKey, startSshd, type TestSshd } from "./ssh/sshd.ts";

const docker = haveSshd() ? await useDocker() : undefined;

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const thrown: unknown = await work.then(
    () => new Error("it went well"),
    (failure: unknown) => failure,
  );
  if (!(thrown instanceof Problem)) throw thrown;
  return thrown;
}

describe.skipIf(docker === undefined)("a Swarm behind a real sshd", { timeout: 90_000 }, () => {
  if (docker === undefined) return;
  let sshd: TestSshd;
  const opened: Swarm[] = [];

  const addressOf = ({ port, user, keyFile, hostKey }: TestSshd): SshAddress => ({
    host: "127.0.0.1",
    port,
    user,
    keyFile,
    hostKey,
    socket: docker.socketPath,
  });
  const open = (at: TestSshd, more: Partial<SshAddress> = {}, agentSocket?: string): Swarm => {
    const way = bySsh({ ...addressOf(at), ...more }, { name: "swarm-2", clock: systemClock, agentSocket });
    const swarm = openSwarm({ way, clock: systemClock });
    opened.push(swarm);
    return swarm;
  };

  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(async () => {
    for (const swarm of opened) swarm.close();
    await sshd.stop();
    await docker.stop();
  });

  it("is deployed to, looked at, run in and listened to like one on this machine", async () => {
    const swarm = open(sshd);
    const stacks = openStacks(docker, swarm);
    try {
      const stack = stacks.fresh("ssh");
      const verdict = await stacks.deploy(stack, "healthy");
      expect(verdict).toMatchObject({ outcome: "converged" });
      expect(await swarm.services(stack)).toMatchObject([{ service: "app", running: 1, wanted: 1 }]);
      expect((await swarm.tasks(stack))[0]?.state).toBe("running");
      expect(await swarm.logs(stack)).toContain("serving 1.0.0");

      const said = await swarm.exec(stack, "app", {
        argv: ["sh", "-c", "cat; echo no >&2; exit 7"],
        stdin: Buffer.from("hi\n"),
      });
      expect(said).toMatchObject({ exitCode: 7, isCut: false });
      expect(said.output.split("\n").sort()).toEqual(["", "hi", "no"]);
    } finally {
      await stacks.stop();
    }
  });

  it("tells of a late crash by its events", async () => {
    const swarm = open(sshd);
    const stacks = openStacks(docker, swarm);
    try {
      const stack = stacks.fresh("ssh-late");
      const plan = await stacks.plan(stack, "late-crash");
      await swarm.apply(plan);
      const late = Promise.withResolvers<LateProblem>();
      const stop = swarm.probation(stack, late.resolve);
      expect(await late.promise).toMatchObject({ service: "app", kind: "died", exitCode: 3 });
      stop();
    } finally {
      await stacks.stop();
    }
  });

  it("is asked over one connection, however many calls there are", async () => {
    const swarm = open(sshd);
    await Promise.all(Array.from({ length: 100 }, () => swarm.secretNames()));
    expect((await swarm.check()).engine).toMatch(/^\d+\./);
  });

  it("shows the host key that ssh-keygen prints, and takes no other", async () => {
    const shown = await probeHostKey({ host: "127.0.0.1", port: sshd.port });
    expect(shown).toMatchObject({ fingerprint: sshd.hostKey, kind: "ED25519" });
    const agreed = "SHA256:uS1jSNEsoOJ6dPs0nCe3YZ4rIUmKB7mFxSx2Jl4S7oI";
    const refused = await problemOf(open(sshd, { hostKey: agreed }).check());
    expect(refused.code).toBe("host-key-changed");
    expect(refused.text.happened).toContain(agreed);
    expect(refused.text.happened).toContain(sshd.hostKey);
    // No pin is no permission.
    expect((await problemOf(open(sshd, { hostKey: "" }).check())).code).toBe("host-key-changed");
  });

  it("says which key is not let in, not readable, locked or none", async () => {
    const strange = await problemOf(open(sshd, { keyFile: sshd.strangeKeyFile }).check());
    expect(strange.code).toBe("server-login-refused");
    expect(strange.text.happened).toContain(
      `does not let ${sshd.user} in with the key ${sshd.strangeKeyFile}`,
    );

    const locked = path.join(sshd.folder, "locked");
    makeKey(locked);
    execFileSync("ssh-keygen", ["-q", "-p", "-P", "", "-N", "secret words", "-f", locked], { stdio: "pipe" });
    const broken = path.join(sshd.folder, "broken");
    writeFileSync(broken, "no key at all");
    const reasons = {
      [locked]: "it is locked with a passphrase",
      [broken]: "it is no private key",
      [`${sshd.keyFile}.pub`]: "it is the public half",
      [`${sshd.folder}/nowhere`]: "there is no such file",
      [sshd.folder]: "it is a folder",
    };
    for (const [keyFile, reason] of Object.entries(reasons)) {
      const refused = await problemOf(open(sshd, { keyFile }).check());
      expect(refused.text.happened).toBe(`There is no key to log in with: ${keyFile}: ${reason}.`);
    }
    const none = await problemOf(open(sshd, { keyFile: null }).check());
    expect(none.text.happened).toContain("no SSH agent runs");
  });

  it("is logged in to with the keys of an SSH agent", async () => {
    const socket = path.join(sshd.folder, "agent.sock");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    try {
      chmodSync(sshd.keyFile, 0o600);
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      await expect
        .poll(() => {
          execFileSync("ssh-add", ["-q", sshd.keyFile], { env, stdio: "pipe" });
          return true;
        })
        .toBe(true);
      expect((await open(sshd, { keyFile: null }, socket).check()).node).not.toBe("");
    } finally {
      agent.kill();
    }
  });

  it("that is not there is told in words", async () => {
    const nobody = await problemOf(open(sshd, { host: "nobody.invalid" }).check());
    expect(nobody.text.happened).toContain("nobody knows a machine of that name");
    const closed = await problemOf(open(sshd, { port: 1 }).check());
    expect(closed.text.happened).toContain("nothing listens there");
    const noSocket = await problemOf(open(sshd, { socket: "/nowhere/docker.sock" }).check());
    expect(noSocket.code).toBe("docker-down");
    expect(noSocket.text.happened).toContain("/nowhere/docker.sock on swarm-2: there is no such socket");
  });

  it("is reached through docker's own dial-stdio where sshd forwards no sockets", async () => {
    const strict = await startSshd(["AllowStreamLocalForwarding no"]);
    try {
      const swarm = open(strict);
      expect((await swarm.check()).engine).toMatch(/^\d+\./);
      // More calls at once than sshd allows sessions.
      await Promise.all(Array.from({ length: 40 }, () => swarm.secretNames()));
    } finally {
      await strict.stop();
    }
  });

  it("that forwards no sockets and has no docker either says both", async () => {
    const bare = await startSshd(["AllowStreamLocalForwarding no", "ForceCommand exit 127"]);
    try {
      const refused = await problemOf(open(bare).check());
      expect(refused.text.happened).toContain("AllowStreamLocalForwarding");
    } finally {
      await bare.stop();
    }
  });
});
