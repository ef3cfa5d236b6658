/** What the demo does where no Docker Engine answers: on this machine nothing is started or installed for it. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { installPackages, launch, usualSocket, wayTo, type Machine } from "../../src/demo/engine.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tandem-demo-engine-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("what is there decides", () => {
  const aptGet = "/usr/bin/apt-get";
  const wish = { socketPath: usualSocket, mayInstall: true };
  const machine = (files: string[], more: Partial<Machine> = {}): Machine => ({
    path: "/usr/local/bin:/bin",
    isRoot: true,
    exists: (file) => files.includes(file),
    ...more,
  });

  test.each(["/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd"])(
    "%s is started, and nothing is installed over it",
    (dockerd) => {
      expect(wayTo(wish, machine([dockerd, aptGet]))).toEqual({ kind: "start", dockerd });
      expect(wayTo(wish, machine([dockerd]))).toEqual({ kind: "start", dockerd });
    },
  );

  test("of two the one that a shell would take; what is empty in PATH is no folder", () => {
    const both = machine(["/usr/bin/dockerd", "/opt/bin/dockerd", "dockerd"], {
      path: ":/opt/bin::/usr/bin:",
    });
    expect(wayTo(wish, both)).toEqual({ kind: "start", dockerd: "/opt/bin/dockerd" });
  });

  test("without one it is installed, where that is possible and allowed", () => {
    expect(wayTo(wish, machine([aptGet]))).toEqual({ kind: "install" });
    const onlyRoot = "none answers, and only root on Debian or Ubuntu can have one installed by the demo";
    expect(wayTo(wish, machine([]))).toEqual({ kind: "say", why: onlyRoot });
    expect(wayTo(wish, machine([aptGet], { isRoot: false }))).toEqual({ kind: "say", why: onlyRoot });
    const refused = "none answers, and --no-install was asked for";
    expect(wayTo({ ...wish, mayInstall: false }, machine([aptGet]))).toEqual({ kind: "say", why: refused });
  });

  test("one that may not be started is named, so that nobody is sent to install another", () => {
    const dockerd = "/usr/bin/dockerd";
    expect(wayTo(wish, machine([dockerd, aptGet], { isRoot: false }))).toEqual({
      ...{ kind: "say", dockerd },
      why: "none answers, and only root can start /usr/bin/dockerd",
    });
    expect(wayTo({ ...wish, mayInstall: false }, machine([dockerd]))).toMatchObject({ kind: "say", dockerd });
  });

  test("an engine somewhere else is not for the demo to start", () => {
    const elsewhere = { socketPath: "/run/user/1000/docker.sock", mayInstall: true };
    expect(wayTo(elsewhere, machine(["/usr/bin/dockerd", aptGet]))).toEqual({
      kind: "say",
      why: "none answers at /run/user/1000/docker.sock (DOCKER_HOST)",
    });
  });
});

test("a dockerd that cannot be started is said so; the demo does not end by it", async () => {
  const gone = path.join(folder, "dockerd");
  const { pid, trouble } = launch(gone, path.join(folder, "demo"));
  expect(pid).toBeUndefined();
  await vi.waitUntil(() => trouble() !== undefined);
  expect(trouble()).toBe(`${gone} could not be started: spawn ${gone} ENOENT`);
});

test("a dockerd finds the programs of root, as after a plain su", async () => {
  const dockerd = path.join(folder, "dockerd");
  writeFileSync(dockerd, '#!/bin/sh\necho "$PATH"\n', { mode: 0o755 });
  vi.stubEnv("PATH", "/usr/bin:/bin");
  launch(dockerd, folder);
  const log = path.join(folder, "dockerd.log");
  await vi.waitUntil(() => readFileSync(log, "utf8").includes("\n"));
  expect(readFileSync(log, "utf8")).toBe("/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin\n");
});

describe("packages", () => {
  const asked = (): string[] => readFileSync(path.join(folder, "asked"), "utf8").trim().split("\n");
  const install = "install -y --no-remove --no-install-recommends docker.io iptables";

  /** An apt-get that writes down what it is asked for and ends with what `then` says. */
  function aptGet(then: string): void {
    const program = path.join(folder, "apt-get");
    writeFileSync(program, `#!/bin/sh\necho "$@" >> ${folder}/asked\n${then}\n`);
    chmodSync(program, 0o755);
    vi.stubEnv("PATH", folder);
  }

  test("are installed only if nothing has to go for them", async () => {
    aptGet("exit 0");
    await installPackages(["docker.io", "iptables"]);
    expect(asked()).toEqual([install]);
  });

  test("are tried once more with a fresh list; then it fails with what apt-get said", async () => {
    aptGet(
      "[ $1 = update ] && exit 0\necho 'E: Packages need to be removed but remove is disabled.' >&2\nexit 100",
    );
    await expect(installPackages(["docker.io", "iptables"])).rejects.toThrow("but remove is disabled.");
    expect(asked()).toEqual([install, "update", install]);
  });
});
