/** How restic in a helper reaches a repository: what is copied in, and the words that every call begins with. */
import { readFileSync } from "node:fs";
import { messageOf } from "../../core/problem.ts";
import { repositoryFileUnreadable } from "../../core/problems/backups.ts";
import type { HelperMount } from "../../swarm/index.ts";
import type { Repository } from "../types.ts";

export interface Access {
  /** restic and its options, before the name of its command. */
  words: string[];
  files: { path: string; bytes: Buffer }[];
  mounts: HelperMount[];
  env: Record<string, string>;
  network: boolean;
}

const folder = "/etc/tandem";
/** Where a repository that is a folder of the node is found in a helper. */
export const mountedAt = "/repository";
/** Keeps what restic has learnt of a repository that is not on the node, so that it need not be fetched each time. */
const cacheVolume = "tandem_restic_cache";

/** Throws `repository-file-unreadable` when its password or another of its secrets cannot be read. */
export function accessOf(repository: Omit<Repository, "addedBy" | "addedAt">): Access {
  const { location } = repository;
  const isFolder = location.startsWith("/");
  const secret = secretsOf(repository);
  const own = (name: string): string => `${folder}/${name}`;
  const file = (name: string, text: string): Access["files"][number] => ({
    path: own(name),
    bytes: Buffer.from(text),
  });
  return {
    words: [
      ...["restic", "--repository-file", own("repository"), "--password-file", own("password")],
      ...(isFolder ? ["--no-cache"] : ["--cache-dir", "/cache"]),
      ...(location.startsWith("sftp:") ? ["-o", `sftp.command=${sshCommand(location)}`] : []),
    ],
    files: [
      file("repository", isFolder ? mountedAt : withCredentials(location, secret.credentials)),
      file("password", secret.password),
      ...(secret.key === undefined ? [] : [file("key", secret.key)]),
      ...(repository.hostKey === null ? [] : [file("known_hosts", `${repository.hostKey}\n`)]),
      ...(secret.credentials === undefined ? [] : [file("credentials", secret.credentials)]),
    ],
    mounts: [
      isFolder
        ? { kind: "bind", source: location, target: mountedAt, readOnly: false }
        : { kind: "volume", source: cacheVolume, target: "/cache", readOnly: false },
    ],
    env:
      secret.credentials !== undefined && location.startsWith("s3:")
        ? { AWS_SHARED_CREDENTIALS_FILE: own("credentials") }
        : {},
    network: !isFolder,
  };
}

function secretsOf({
  name,
  passwordFile,
  keyFile,
  credentialsFile,
}: Pick<Repository, "name" | "passwordFile" | "keyFile" | "credentialsFile">) {
  const read = (file: string): string => {
    try {
      const text = readFileSync(file, "utf8");
      if (text.trim() === "") throw new Error("it is empty");
      return text;
    } catch (thrown) {
      throw repositoryFileUnreadable({ repository: name, file, reason: messageOf(thrown) }, thrown);
    }
  };
  return {
    password: read(passwordFile).trim(),
    key: keyFile === null ? undefined : read(keyFile),
    credentials: credentialsFile === null ? undefined : read(credentialsFile),
  };
}

/** A rest server's `name:password` goes into the address, which is only in a file that root alone reads. */
function withCredentials(location: string, credentials: string | undefined): string {
  if (credentials === undefined || !location.startsWith("rest:")) return location;
  const url = new URL(location.slice("rest:".length));
  const [username = "", ...password] = credentials.trim().split(":");
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password.join(":"));
  return `rest:${url.href}`;
}

/** Where an sftp repository is: `sftp:user@host:/folder` or `sftp://user@host:port//folder`. */
export function sftpAddress(location: string): { user: string | undefined; host: string; port: number } {
  const rest = location.slice("sftp:".length);
  if (rest.startsWith("//")) {
    const url = new URL(`ssh:${rest}`);
    const user = url.username === "" ? undefined : url.username;
    return {
      user,
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? 22 : Number(url.port),
    };
  }
  const [, user, host = ""] = /^(?:([^@:/]+)@)?([^:/]+):/.exec(rest) ?? [];
  return { user, host, port: 22 };
}

/** restic starts this by itself; only the key and the host key that were agreed on count. */
function sshCommand(location: string): string {
  const { user, host, port } = sftpAddress(location);
  return [
    ...["ssh", "-i", `${folder}/key`, "-p", String(port)],
    ...[
      "IdentitiesOnly=yes",
      "BatchMode=yes",
      "StrictHostKeyChecking=yes",
      `UserKnownHostsFile=${folder}/known_hosts`,
    ].flatMap((option) => ["-o", option]),
    ...[user === undefined ? host : `${user}@${host}`, "-s", "sftp"],
  ].join(" ");
}
