/** A server that goes away in the middle of a deploy, by a cable that is pulled between Tandem and a real sshd. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { bySsh, openSwarm, type Swarm } from "../../src/swarm/index.ts";
import { useDocker } from "./docker/index.ts";
import { openStacks } from "./docker/stacks.ts";
import { startCable, type Cable } from "./ssh/cable.ts";
import { haveSshd, startSshd, type TestSshd } from "./ssh/sshd.ts";

const docker = haveSshd() ? await useDocker() : undefined;

describe.skipIf(docker === undefined)("a server that goes away", { timeout: 120_000 }, () => {
  if (docker === undefined) return;
  let sshd: TestSshd;
  let cable: Cable;
  let swarm: Swarm;
  /** What was said of each absence: the reason, then null when it was over. */
  let told: (string | null)[] = [];
  let onTold = (): void => undefined;

  const wayOf = () =>
    bySsh(
      {
        host: "127.0.0.1",
        port: cable.port,
        user: sshd.user,
        keyFile: sshd.keyFile,
        hostKey: sshd.hostKey,
        socket: docker.socketPath,
      },
      { name: "swarm-2", clock: systemClock },
    );

  beforeAll(async () => {
    sshd = await startSshd();
    cable = await startCable(sshd.port);
    swarm = openSwarm({
      way: wayOf(),
      clock: systemClock,
      onAway: (_stack, why) => {
        told.push(why);
        onTold();
      },
    });
  });
  afterAll(async () => {
    swarm.close();
    await cable.stop();
    await sshd.stop();
    await docker.stop();
  });

  /** Resolves when it was said that the server is away. */
  const saidAway = (): Promise<void> =>
    new Promise((done) => {
      told = [];
      onTold = () => {
        if (told.length === 1) done();
      };
    });

  it("while a deploy is sent: it waits, says so, goes on and makes everything once", async () => {
    const stacks = openStacks(docker, swarm);
    const stack = stacks.fresh("cut");
    const env = { TAG: "1.0.0" };
    try {
      const plan = await stacks.plan(stack, "pair", { env });
      const away = saidAway();
      // Some 120 bytes a call and more for a spec: cut off in the middle of what is written.
      const cut = cable.cutAfter(1_800);
      const applied = swarm.apply(plan, { "tandem.run": "bakor" });
      await cut;
      await away;
      expect(told[0]).toContain("The server swarm-2 (127.0.0.1");
      await cable.mend();
      await applied;
      expect(told).toHaveLength(2);
      expect(told[1]).toBeNull();
      expect(await swarm.watch(plan)).toMatchObject({ outcome: "converged" });
      const services = await swarm.services(stack);
      expect(services.map(({ service, running }) => `${service} ${running}`)).toEqual(
        plan.changes.map(({ service }) => `${service} 1`).sort(),
      );
      // A second plan finds nothing to do: nothing is half-done.
      expect((await stacks.plan(stack, "pair", { env })).isEmpty).toBe(true);
    } finally {
      await stacks.stop();
    }
  });

  it("while it is watched, by the end of sshd and all its sessions: the verdict is the right one", async () => {
    swarm = openSwarm({
      way: wayOf(),
      clock: systemClock,
      onAway: (_stack, why) => {
        told.push(why);
        onTold();
      },
    });
    const stacks = openStacks(docker, swarm);
    const stack = stacks.fresh("gone");
    try {
      const plan = await stacks.plan(stack, "crash");
      await swarm.apply(plan);
      const away = saidAway();
      const watched = swarm.watch(plan);
      await sshd.kill();
      await away;
      await sshd.start();
      expect(await watched).toMatchObject({ outcome: "failed", code: "crash-loop", service: "app" });
      expect(told.at(-1)).toBeNull();
    } finally {
      await stacks.stop();
    }
  });

  it("is waited for before a plan that was agreed to is looked at again", async () => {
    const other = openSwarm({ way: wayOf(), clock: systemClock });
    try {
      await other.check();
      await cable.cut();
      let isThere = false;
      const waited = other.awaitEngine("tt-plan", new AbortController().signal).then(() => (isThere = true));
      await expect(other.check()).rejects.toMatchObject({ code: "server-not-reached" });
      expect(isThere).toBe(false);
      await cable.mend();
      await waited;
      const given = AbortSignal.abort(new Error("cancelled"));
      await expect(other.awaitEngine("tt-plan", given)).rejects.toThrow("cancelled");
    } finally {
      other.close();
    }
  });

  it("gives a new change precedence over one that still waits", async () => {
    const other = openSwarm({ way: wayOf(), clock: systemClock });
    try {
      await other.check();
      await cable.cut();
      const first = other.remove("tt-nothing-of-that-name");
      const given = expect(first).rejects.toThrow("a later change of tt-nothing-of-that-name has begun");
      const second = other.remove("tt-nothing-of-that-name");
      await given;
      await cable.mend();
      await second;
    } finally {
      other.close();
    }
  });

  it("that comes back with another host key is not spoken to, and nothing waits for it", async () => {
    const other = openSwarm({ way: wayOf(), clock: systemClock });
    try {
      await other.check();
      await sshd.kill();
      await sshd.start({ newHostKey: true });
      await expect(other.remove("tt-nothing-of-that-name")).rejects.toMatchObject({
        code: "host-key-changed",
      });
    } finally {
      other.close();
    }
  });
});
