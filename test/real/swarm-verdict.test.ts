/** Every way in which a deploy can fail, and some in which it does not, on a real engine: each with its right verdict. */
import net from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { Secret } from "../../src/core/secret.ts";
import type { ServiceSpec } from "../../src/swarm/engine/types.ts";
import type { StackInput, StackPlan, Verdict } from "../../src/swarm/index.ts";
import { freePort, useDocker } from "./docker/index.ts";
import { openStacks } from "./docker/stacks.ts";

const docker = await useDocker();

/** Jobs, services that run once, none at all, and one whose start takes longer than its healthcheck alone allows. */
const jobsAndOthers = [
  "job",
  "job-everywhere",
  "job-tries",
  "job-fails",
  "once-again",
  "no-copies",
  "slow-start",
];
const endsWell = (name: string): boolean => name !== "job-fails";

interface Outcome {
  verdict: Partial<Verdict> & { planned?: boolean };
  seconds: number;
}

describe.skipIf(docker === undefined)("the verdict of a deploy", () => {
  if (docker === undefined) return;
  const stacks = openStacks(docker);
  const going = new Map<string, Promise<Outcome>>();
  const listener = net.createServer();

  /** A Problem of the plan is an outcome too: `planned` false says that nothing was written. */
  const judged = async (work: () => Promise<Verdict>): Promise<Outcome> => {
    const startedMs = performance.now();
    const seconds = (): number => (performance.now() - startedMs) / 1000;
    try {
      return { verdict: await work(), seconds: seconds() };
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const verdict = {
        outcome: "failed" as const,
        code: thrown.code,
        reason: thrown.message,
        planned: false,
      };
      return { verdict, seconds: seconds() };
    }
  };
  const begin = (name: string, work: (stack: string) => Promise<Verdict>): void => {
    const stack = stacks.fresh(name.replaceAll(/[^a-z0-9]+/g, "-"));
    const outcome = judged(() => work(stack));
    // Looked at by its own test; until then a rejection is nobody's.
    outcome.catch(() => undefined);
    going.set(name, outcome);
  };
  const fixture = (name: string, more?: Partial<StackInput>, between?: (plan: StackPlan) => void): void =>
    begin(between === undefined ? name : `${name} after planning`, (stack) =>
      stacks.deploy(stack, name, more, between),
    );
  const update = (name: string, next: string, tag: string, between?: (plan: StackPlan) => void): void =>
    begin(name, async (stack) => {
      const first = next === "update-paused" ? "update-paused" : "update";
      const before = await stacks.deploy(stack, first, { env: { TAG: "1.0.0" } });
      expect(before.outcome).toBe("converged");
      return await stacks.deploy(stack, next, { env: { TAG: tag } }, between);
    });
  const outcomeOf = async (name: string): Promise<Outcome> => {
    const outcome = await going.get(name);
    if (outcome === undefined) throw new Error(`${name} was not begun`);
    return outcome;
  };

  beforeAll(async () => {
    const [hostPort, ingressPort, latePort] = [await freePort(), await freePort(), await freePort()];
    const processPort = await new Promise<number>((done) => {
      listener.listen(0, "0.0.0.0", () => done((listener.address() as net.AddressInfo).port));
    });
    const holder = async (name: string, port: number): Promise<void> => {
      const stack = stacks.fresh(`${name}-holder`);
      await stacks.swarm.apply(await stacks.plan(stack, name, { env: { PORT: String(port) } }));
    };
    await holder("host-port", hostPort);
    await holder("ingress-port", ingressPort);
    const planted = new Secret("correct-horse-battery").reveal();

    // The long ones first: all run side by side.
    fixture("slow-crash");
    update("an update that is unhealthy", "update-unhealthy", "1.0.1");
    update("an update that crashes", "update", "crash");
    update("an update whose image is gone after planning", "update", "1.0.1", takeImageAway);
    update("an update that is paused", "update-paused", "crash");
    begin("a way back that fails too", async (stack) => {
      const deploy = (STEP: string): Promise<Verdict> =>
        stacks.deploy(stack, "rollback-paused", { env: { STEP } });
      const serve = "exec /bin/sh /start.sh";
      expect((await deploy(`test ! -e /data/migrated || exit 5; ${serve}`)).outcome).toBe("converged");
      // What the new version does to the data, the old one cannot live with.
      const fail = "{ busybox sleep 2; exit 6; }";
      return await deploy(`echo x > /data/migrated; test $SLOT = 2 || ${fail}; ${serve}`);
    });
    update("a good update", "update", "1.0.1");
    fixture("crash", { env: { PLANTED: planted } });
    fixture("crash-attempts");
    fixture("unhealthy");
    fixture("never-ready", { timeoutSeconds: 30 });
    fixture("bad-image");
    fixture("bad-image-attempts");
    fixture("no-node");
    fixture("no-room");
    fixture("host-port", { env: { PORT: String(hostPort) } });
    fixture("ingress-port", { env: { PORT: String(ingressPort) } });
    begin("port-of-process", (stack) =>
      stacks.deploy(stack, "host-port", { env: { PORT: String(processPort) } }),
    );
    fixture("no-secret");
    fixture("no-program");
    fixture("no-folder");
    fixture("plain");
    fixture("healthy");
    fixture("everywhere");
    fixture("once");
    // What pre-flight cannot see because it happens after planning.
    fixture("plain", {}, takeImageAway);
    fixture("healthy", {}, (plan) => {
      specIn(plan).TaskTemplate.Placement = { Constraints: ["node.labels.gpu == yes"] };
    });
    begin("host-port after planning", async (stack) => {
      const env = { PORT: String(latePort) };
      return await stacks.deploy(stack, "host-port", { env }, async () => {
        const other = stacks.fresh("late-holder");
        expect((await stacks.deploy(other, "host-port", { env })).outcome).toBe("converged");
      });
    });
    // Once the others are judged: a small machine that starts forty stacks at once tells of itself alone.
    const quiet = Promise.allSettled([...going.values()]);
    for (const name of jobsAndOthers) begin(name, (stack) => quiet.then(() => stacks.deploy(stack, name)));
    begin("the old version again after going back", async (stack) => {
      await quiet;
      const env = { TAG: "1.0.0" };
      expect((await stacks.deploy(stack, "update", { env })).outcome).toBe("converged");
      expect((await stacks.deploy(stack, "update", { env: { TAG: "crash" } })).outcome).toBe("rolled back");
      return await stacks.deploy(stack, "update", { env });
    });
  });

  afterAll(async () => {
    await Promise.allSettled(going.values());
    listener.close();
    await stacks.stop().finally(() => docker.stop());
  });

  describe("is known before the first write", () => {
    it.each([
      ["bad-image", "image-not-found"],
      ["bad-image-attempts", "image-not-found"],
      ["no-node", "no-node"],
      ["no-room", "no-resources"],
      ["host-port", "port-taken"],
      ["ingress-port", "port-taken"],
      ["no-secret", "secret-missing"],
    ])("%s", async (name, code) => {
      const { verdict } = await outcomeOf(name);
      expect(verdict).toMatchObject({ outcome: "failed", code, planned: false });
    });

    it("and nothing was made", async () => {
      await Promise.all(["bad-image", "no-secret"].map(outcomeOf));
      const networks = (await docker.docker.listNetworks()).map((network) => network.Name);
      expect(
        networks.filter((name) => /-(bad-image|no-secret)_/.test(name) && name.startsWith(docker.prefix)),
      ).toEqual([]);
    });
  });

  describe("is found while it runs", { timeout: 150_000 }, () => {
    it.each([
      ["crash", "crash-loop"],
      ["crash-attempts", "crash-loop"],
      ["slow-crash", "crash-loop"],
      ["unhealthy", "unhealthy"],
      ["never-ready", "not-ready"],
      ["port-of-process", "port-in-use"],
      ["no-program", "cannot-exec"],
      ["no-folder", "bad-mount"],
      ["plain after planning", "image-not-found"],
      ["healthy after planning", "no-node"],
      ["host-port after planning", "port-in-use"],
      ["an update that is paused", "paused"],
      ["a way back that fails too", "rollback-paused"],
      ["job-fails", "crashed"],
    ])("%s", async (name, code) => {
      const { verdict } = await outcomeOf(name);
      expect(verdict).toMatchObject({ outcome: "failed", code, service: "app" });
      expect(verdict.planned).toBeUndefined();
    });

    it.each([
      ["an update that crashes", /non-zero exit/],
      ["an update that is unhealthy", /healthcheck|unhealthy/],
      ["an update whose image is gone after planning", /No such image/],
    ])("%s: going back is a failure, with its cause", async (name, cause) => {
      const { verdict } = await outcomeOf(name);
      expect(verdict).toMatchObject({ outcome: "rolled back", code: "rolled-back", service: "app" });
      expect(verdict.reason).toMatch(cause);
    });
  });

  describe("says why", { timeout: 150_000 }, () => {
    it("with the last lines of the task that failed, secrets removed", async () => {
      const { verdict } = await outcomeOf("crash");
      expect(verdict.lastLines).toEqual(["connecting with •••"]);
      expect((await outcomeOf("slow-crash")).verdict.lastLines).toEqual(["giving up"]);
      const updated = await outcomeOf("an update that crashes");
      // Two streams: which line came first is the engine's guess.
      expect(updated.verdict.lastLines?.toSorted()).toEqual([
        "cannot reach the database at db:5432",
        "starting",
      ]);
    });

    it("with the state in which it hung and what the last probe said", async () => {
      expect((await outcomeOf("never-ready")).verdict.reason).toBe(
        "app was not ready in time: 0 of 1 running, starting (health: starting). The last probe said: still migrating",
      );
      expect((await outcomeOf("unhealthy")).verdict.reason).toMatch(
        /The last probe said: no answer on 5432$/,
      );
    });
  });

  const good = ["plain", "healthy", "everywhere", "once", "a good update"];
  it.each([...good, "the old version again after going back", ...jobsAndOthers.filter(endsWell)])(
    "converged: %s",
    async (name) => {
      const { verdict } = await outcomeOf(name);
      expect(verdict).toMatchObject({ outcome: "converged" });
      expect(verdict.reason).toBeUndefined();
    },
    150_000,
  );
});

function specIn(plan: StackPlan): ServiceSpec {
  return plan.specs.services["app"] as unknown as ServiceSpec;
}

/** As if the registry had lost the image between plan and apply. */
function takeImageAway(plan: StackPlan): void {
  const container = specIn(plan).TaskTemplate.ContainerSpec;
  container.Image = `${container.Image.split(/:[^/]*$/)[0] ?? ""}:2.9.9`;
}
