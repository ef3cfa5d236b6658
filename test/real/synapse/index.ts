/**
 * A real Synapse for tests, from Debian's packages, without root and without Docker: the packages are unpacked into
 * a cache folder and run with their own loader. What Tandem says about encryption and lost messages is only worth
 * something against the homeserver that co-ops run. `useSynapse()` starts one with fresh data on a free port; where
 * it cannot be had, tests are left out with one line, or fail under TANDEM_REAL=require.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeConfig } from "./config.ts";
import { debianTree } from "./debian-tree.ts";
import { freePort, startServer } from "./server.ts";
import { call, loginOf, register, type TestUser } from "./users.ts";

export { debianTree } from "./debian-tree.ts";
export { pythonOf } from "./server.ts";
export type { TestUser } from "./users.ts";
export { call, testPassword } from "./users.ts";

export interface TestSynapse {
  /** Such as `http://127.0.0.1:40123`. */
  url: string;
  serverName: string;
  /** A new user with a device. The name is made unique. */
  user(name: string): Promise<TestUser>;
  /** Another device of a user. */
  login(user: TestUser, deviceId?: string): Promise<TestUser>;
  /** Ends the server and starts it again with the same data. */
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

/** The homeserver for this test file, or undefined when there is none; says in one line what is used or left out. */
export async function useSynapse(): Promise<TestSynapse | undefined> {
  try {
    const synapse = await startSynapse();
    console.log(`synapse: ${await versionOf(synapse.url)} from Debian's packages, on loopback`);
    return synapse;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    if (process.env["TANDEM_REAL"] === "require")
      throw new Error(`synapse is required: ${reason}`, { cause: thrown });
    console.log(`synapse: left out, ${reason}`);
    return undefined;
  }
}

/** Starts a homeserver with fresh data; rejects with the reason when it cannot be had. */
export async function startSynapse(): Promise<TestSynapse> {
  // Debian's released versions have no Synapse; sid does. 65 MB to fetch, some 15 s at first.
  const root = await debianTree({ name: "synapse", suite: "sid", packages: ["matrix-synapse"] });
  const data = mkdtempSync(path.join(tmpdir(), "tandem-synapse-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeConfig(data, port);
  let server = await startServer(root, data, url);
  let users = 0;
  return {
    url,
    serverName: "coop.test",
    user: async (name) => loginOf(url, await register(url, `${name}${++users}`)),
    login: (user, deviceId) => loginOf(url, user.name, deviceId),
    down: () => server.stop(),
    async up() {
      server = await startServer(root, data, url);
    },
    async stop() {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function versionOf(url: string): Promise<string> {
  const { server_version: version } = await call<{ server_version: string }>(
    url,
    "GET",
    "/_synapse/admin/v1/server_version",
  );
  return `Synapse ${version}`;
}
