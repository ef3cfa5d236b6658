/**
 * A real sshd on loopback, in the foreground, with a folder, a host key and authorized keys of its own: what is
 * said about servers is only worth something against the sshd that servers run. As root on Debian it is installed
 * when missing; otherwise the tests are left out with one line, or fail under TANDEM_REAL=require.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { freePort } from "../docker/registry.ts";
import { install, mayInstall } from "../docker/install.ts";

const program = "/usr/sbin/sshd";

export interface TestSshd {
  port: number;
  user: string;
  /** Private key that it lets in. */
  keyFile: string;
  /** A private key that it does not know. */
  strangeKeyFile: string;
  /** `SHA256:…`, as ssh-keygen prints it. */
  hostKey: string;
  folder: string;
  /** Ends it with all its sessions, as a machine that loses its power would. */
  kill(): Promise<void>;
  /** Starts it again on the same port; with a new host key when asked. */
  start(options?: { newHostKey?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** Further lines of sshd_config, such as `AllowStreamLocalForwarding no`. */
export type SshdLines = string[];

/** Whether sshd and its tools are here or could be installed; says in one line what is used or left out. */
export function haveSshd(): boolean {
  try {
    if (!existsSync(program) || !existsSync("/usr/bin/ssh-keygen")) {
      if (!mayInstall())
        throw new Error("openssh-server not installed, and only root with apt may install it");
      install(["openssh-server", "openssh-client"]);
    }
    console.log("sshd: Debian's, on loopback");
    return true;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    if (process.env["TANDEM_REAL"] === "require")
      throw new Error(`sshd is required: ${reason}`, { cause: thrown });
    console.log(`sshd: left out, ${reason}`);
    return false;
  }
}

export function makeKey(file: string, ...more: string[]): void {
  rmSync(file, { force: true });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file, ...more], { stdio: "pipe" });
}

export async function startSshd(lines: SshdLines = []): Promise<TestSshd> {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-sshd-"));
  // sshd wants the folder for its own separation of rights; where no service of the system runs it, nobody has made it.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const own = (name: string): string => path.join(folder, name);
  for (const name of ["host", "client", "strange"]) makeKey(own(name));
  writeFileSync(own("authorized_keys"), readFileSync(own("client.pub")));
  const port = await freePort();
  writeFileSync(
    own("config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${own("host")}`,
      `AuthorizedKeysFile ${own("authorized_keys")}`,
      "PidFile none",
      "UsePAM no",
      "StrictModes no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin prohibit-password",
      ...lines,
    ].join("\n"),
  );
  let child: ChildProcess | undefined;
  const sshd: TestSshd = {
    port,
    user: userInfo().username,
    keyFile: own("client"),
    strangeKeyFile: own("strange"),
    get hostKey() {
      return fingerprintOf(own("host.pub"));
    },
    folder,
    async start({ newHostKey = false } = {}) {
      if (newHostKey) makeKey(own("host"));
      child = spawn(program, ["-D", "-e", "-f", own("config")], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      await listening(child, port);
    },
    async kill() {
      if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((done) => child?.once("exit", done));
      for (const pid of [child.pid, ...childrenOf(child.pid)]) {
        try {
          process.kill(pid, "SIGKILL");
        } catch (thrown) {
          // A session may end by itself between looking and killing.
          if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
        }
      }
      await ended;
    },
    async stop() {
      await sshd.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await sshd.start();
  return sshd;
}

export function fingerprintOf(publicKey: string): string {
  const line = execFileSync("ssh-keygen", ["-l", "-f", publicKey], { encoding: "utf8" });
  return line.split(" ")[1] ?? "";
}

/** Its sessions, and theirs: sshd gives each a session of its own, so no process group holds them all. */
function childrenOf(pid: number): number[] {
  const own = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return own.flatMap((name) => [Number(name), ...childrenOf(Number(name))]);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  for (;;) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${log}`);
    const isUp = await new Promise<boolean>((told) => {
      const probe = net.connect(port, "127.0.0.1");
      probe.once("connect", () => told(true)).once("error", () => told(false));
      probe.once("connect", () => probe.destroy());
    });
    if (isUp) return;
    await new Promise((rested) => setTimeout(rested, 20));
  }
}
