/** Servers of restic's `rest:` and `s3:` on loopback, which want a name and a key. */
import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { freePort } from "./docker/index.ts";
import type { DebianProgram } from "./debian-program.ts";

/** Debian has no rest-server; `rclone serve restic` speaks the same protocol (rclone.org/commands/rclone_serve_restic). */
export const rclone: DebianProgram = { name: "rest", file: "/usr/bin/rclone", package: "rclone" };

export interface RemoteServer {
  /** As restic takes it, before the name of the repository. */
  location: string;
  /** As it stands in the file of its credentials. */
  credentials: string;
  /** The right name with another key. */
  wrongKey: string;
  stop(): Promise<void>;
}

export async function startRest(folder: string): Promise<RemoteServer> {
  const port = await freePort();
  const words = ["serve", "restic", "--addr", `127.0.0.1:${port}`, folder];
  const env = {
    ...process.env,
    RCLONE_CONFIG: "/dev/null",
    RCLONE_USER: "tandem",
    RCLONE_PASS: "tangerine:peel",
  };
  const child = spawn(rclone.file, words, { env, stdio: "ignore" });
  await answering(child, `http://127.0.0.1:${port}/`);
  return {
    location: `rest:http://127.0.0.1:${port}/`,
    credentials: "tandem:tangerine:peel\n",
    wrongKey: "tandem:grapefruit\n",
    stop: () => ended(child),
  };
}

export interface S3Server extends RemoteServer {
  /** A key that nobody was ever given. */
  unknownKey: string;
  /** From now on it looks at keys and signatures. */
  lock(): Promise<void>;
}

/** moto's server, where it is on this machine: Debian packages no server of s3. Says in one line what is used. */
export function haveS3(): string | undefined {
  const file = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, "moto_server"))
    .find(mayRun);
  console.log(
    file === undefined
      ? "s3: left out, Debian packages no server of it and moto_server is not here"
      : `s3: moto's, ${file}`,
  );
  return file;
}

/**
 * It lets everybody in until it is locked: moto takes the signature of a list of s3 for wrong, so that only what
 * refuses can be seen while it looks.
 */
export async function startS3(program: string): Promise<S3Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const child = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  await answering(child, `${url}moto-api/`);
  const iam = async (words: Record<string, string>): Promise<string> => {
    const scope = "Credential=x/20260101/us-east-1/iam/aws4_request";
    const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`;
    const body = new URLSearchParams({ Version: "2010-05-08", UserName: "restic", ...words });
    const answer = await fetch(url, { method: "POST", headers: { authorization }, body });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.text();
  };
  await iam({ Action: "CreateUser" });
  const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam({ Action: "PutUserPolicy", PolicyName: "all", PolicyDocument: document });
  const made = await iam({ Action: "CreateAccessKey" });
  const part = (name: string): string => new RegExp(`<${name}>(.*)</${name}>`).exec(made)?.[1] ?? "";
  const keyed = (id: string, key: string): string =>
    `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${key}\n`;
  return {
    location: `s3:${url}`,
    credentials: keyed(part("AccessKeyId"), part("SecretAccessKey")),
    wrongKey: keyed(part("AccessKeyId"), "grapefruit"),
    unknownKey: keyed("AKIANOBODYHASTHISONE", "grapefruit"),
    async lock() {
      const answer = await fetch(`${url}moto-api/reset-auth`, { method: "POST", body: "0" });
      if (!answer.ok) throw new Error(await answer.text());
    },
    stop: () => ended(child),
  };
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Any answer is one. */
async function answering(child: ChildProcess, url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((rested) => setTimeout(rested, 100));
  }
  throw new Error(`${url} does not answer`);
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((exit) => child.once("exit", exit));
  child.kill();
  if (child.exitCode === null && child.signalCode === null) await gone;
}
