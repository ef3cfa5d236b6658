/**
 * The data of a stack on its way: stopped, read as tar, cut off in the middle, written whole, and there byte for
 * byte. One engine, so the copy has another name; a whole move between two is in over-ssh.test.ts.
 */
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { bySocket, openSwarm } from "../../src/swarm/index.ts";
import { useDocker } from "./docker/index.ts";
import { openStacks } from "./docker/stacks.ts";

const docker = await useDocker();

describe.skipIf(docker === undefined)("volumes of a stack", { timeout: 120_000 }, () => {
  if (docker === undefined) return;
  const stacks = openStacks(docker);
  const { swarm } = stacks;
  const other = openSwarm({ way: bySocket(docker.socketPath), clock: systemClock });
  const run = `move-${docker.prefix}`;

  afterAll(async () => {
    await other.dropVolumes(run);
    other.close();
    await stacks.stop().finally(() => docker.stop());
  });

  const said = (stack: string, argv: string[]) =>
    swarm.exec(stack, "db", { argv: ["sh", "-c", ...argv] }).then(({ output }) => output.trim());

  it("are read at rest and arrive byte for byte, owners and modes with them", async () => {
    const stack = stacks.fresh("from");
    const env = { TAG: "1.0.0" };
    expect((await stacks.deploy(stack, "pair", { env })).outcome).toBe("converged");
    const marks = randomBytes(20).toString("hex");
    await said(stack, [
      `busybox mkdir -p /data/deep/er; echo ${marks} > /data/deep/er/file; ` +
        "busybox chown 33:44 /data/deep; busybox chmod 2750 /data/deep; busybox ln -s deep /data/link; " +
        "busybox dd if=/dev/urandom of=/data/large bs=1M count=8 2>/dev/null; " +
        "busybox sha256sum /data/large > /data/sum",
    ]);
    const [volume] = await swarm.volumesOf(stack);
    expect(volume).toMatchObject({ name: `${stack}_data`, service: "db" });
    if (volume === undefined) throw new Error("no volume");
    const before = await swarm.snapshot(stack);

    await swarm.halt(stack);
    expect((await swarm.services(stack)).map(({ running }) => running)).toEqual([0, 0]);
    await swarm.halt(stack);

    // A first try that was cut off in the middle.
    const target = { ...volume, name: `${stack}_copy` };
    const { signal } = new AbortController();
    const half = await swarm.openVolume(volume);
    const cut = new AbortController();
    const broken = other.fillVolume(stack, target, {
      run,
      stream: Readable.from(cutAfter(half.stream, cut)),
      signal: cut.signal,
    });
    await expect(broken).rejects.toThrow();
    await half.close();

    const whole = await swarm.openVolume(volume);
    await other.fillVolume(stack, target, { run, stream: whole.stream, signal });
    await whole.close();
    await expect(
      other.fillVolume(stack, target, { run: "another", stream: Readable.from([]), signal }),
    ).rejects.toMatchObject({ code: "volume-taken" });

    await swarm.restore(stack, before);
    await expect
      .poll(async () => (await swarm.services(stack)).map(({ running }) => running), {
        timeout: 60_000,
        interval: 300,
      })
      .toEqual([1, 1]);
    expect(await said(stack, ["cat /data/deep/er/file"])).toBe(marks);

    const look = stacks.fresh("to");
    const found = await stacks.deploy(look, "pair", {
      env,
      files: [{ path: "pair.yml", text: pairWith(target.name) }],
    });
    expect(found.outcome).toBe("converged");
    const there = (argv: string) =>
      swarm.exec(look, "db", { argv: ["sh", "-c", argv] }).then(({ output }) => output.trim());
    expect(await there("cat /data/deep/er/file")).toBe(marks);
    expect(await there("busybox stat -c '%u:%g %a' /data/deep")).toBe("33:44 2750");
    expect(await there("busybox readlink /data/link")).toBe("deep");
    expect(await there("busybox sha256sum /data/large")).toBe(await there("cat /data/sum"));
    const left = await docker.docker.listContainers({
      all: true,
      filters: JSON.stringify({ label: ["tandem.move"] }),
    });
    expect(left.filter(({ Labels }) => Labels["tandem.move"]?.startsWith(stack))).toEqual([]);
    await swarm.remove(look, {});
    await other.dropVolumes(run);
    expect((await swarm.ground()).volumes).not.toContain(target.name);
    expect((await swarm.ground()).volumes).toContain(volume.name);
  });
});

/** The beginning of a stream; then the power goes. */
async function* cutAfter(stream: Readable, cut: AbortController): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    yield chunk;
    size += chunk.length;
    if (size > 2_000_000) {
      cut.abort(new Error("the power went"));
      throw new Error("the power went");
    }
  }
}

/** The fixture `pair` on a volume that is there already. */
const pairWith = (volume: string): string => `
version: "3.8"
services:
  app:
    image: \${IMAGE}:\${TAG}
    stop_grace_period: 1s
    deploy: { endpoint_mode: dnsrr }
  db:
    image: \${IMAGE}:1.0.0
    stop_grace_period: 1s
    volumes: ["data:/data"]
    deploy: { endpoint_mode: dnsrr }
volumes:
  data:
    external: true
    name: ${volume}
`;
