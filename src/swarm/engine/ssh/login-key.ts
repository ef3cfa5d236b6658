import { readFileSync } from "node:fs";
import ssh2 from "ssh2";
import { messageOf } from "../../../core/problem.ts";
import { sshKeyUnusable } from "../../../core/problems/servers.ts";
import type { SshAddress, SshSurroundings } from "./address.ts";

/** What ssh2 logs in with, and how it is called in words. */
export interface LoginKey {
  with: { privateKey: Buffer } | { agent: string };
  name: string;
}

const reasons: Record<string, string> = {
  ENOENT: "there is no such file",
  EACCES: "Tandem may not read it",
  EISDIR: "it is a folder",
};

/**
 * The key to log in with: read anew for each connection and kept nowhere. Throws `ssh-key-unusable` when the
 * file cannot be read, is encrypted or is no key, or when no agent runs.
 */
export function loginKey({ keyFile }: SshAddress, { agentSocket }: SshSurroundings): LoginKey {
  if (keyFile === null) {
    if (agentSocket === undefined || agentSocket === "") {
      throw sshKeyUnusable({ key: "no key file is named", reason: "no SSH agent runs (SSH_AUTH_SOCK)" });
    }
    return { with: { agent: agentSocket }, name: "the keys of the SSH agent" };
  }
  const privateKey = readKey(keyFile);
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) {
    const isEncrypted = /encrypted|passphrase/i.test(parsed.message);
    const reason = isEncrypted ? "it is locked with a passphrase" : "it is no private key";
    throw sshKeyUnusable({ key: keyFile, reason }, parsed);
  }
  // The types say one key; files with several in them give a list.
  const [one] = [parsed].flat();
  if (one?.isPrivateKey() !== true) {
    throw sshKeyUnusable({ key: keyFile, reason: "it is the public half" });
  }
  return { with: { privateKey }, name: `the key ${keyFile}` };
}

function readKey(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? "";
    throw sshKeyUnusable({ key: file, reason: reasons[code] ?? messageOf(thrown) }, thrown);
  }
}
