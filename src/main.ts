/** Starts Tandem on Matrix and the web, and stops it in order when it is told to. */
import "./quick-start.ts";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import path from "node:path";
import type { Logger } from "pino";
import type { MatrixSettings } from "./chat/matrix/index.ts";
import type { IdentityKeys } from "./chat/transport.ts";
import { tellEnd } from "./cli/tell-end.ts";
import { loadConfig, type Config } from "./config.ts";
import { matrixTokenMissing } from "./core/problems/house.ts";
import type { Secret } from "./core/secret.ts";
import type { House, HouseOptions } from "./house/index.ts";

/** After this long a stop that hangs is cut short; the journal makes that harmless. */
const longestStopMs = 20_000;

async function start(): Promise<House> {
  const config = loadConfig();
  const { openHouse, openLog } = await import("./house/index.ts");
  const log = openLog(config.logLevel);
  const house = await openHouse({ config, log, ...matrixOf(config) });
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), longestStopMs).unref();
    house.stop().then(
      () => process.exit(0),
      (thrown: unknown) => {
        log.error({ err: thrown }, "the stop did not go in order; the journal has everything");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  return house;
}

function matrixOf(config: Config): Partial<HouseOptions> {
  const { matrix, secrets } = config;
  if (matrix === undefined) return {};
  const accessToken = secrets.matrixAccessToken;
  if (accessToken === undefined) throw matrixTokenMissing({ homeserver: matrix.homeserver });
  return {
    via: "matrix",
    prefix: matrix.prefix,
    threads: matrix.threads,
    ...(matrix.defaultRoom !== undefined && { defaultRoom: matrix.defaultRoom }),
    ...(matrix.operatorsRoom !== undefined && { operatorsRoom: matrix.operatorsRoom }),
    chat: async ({ people, ...parts }) => {
      // What matrix-bot-sdk brings along warns of itself on standard error, where only the log belongs.
      // (Read-only when it was already said with --no-deprecation.)
      if (process.noDeprecation !== true) process.noDeprecation = true;
      const { openMatrix } = await import("./chat/matrix/index.ts");
      return openMatrix({
        ...parts,
        settings: {
          homeserver: matrix.homeserver,
          accessToken,
          dataDir: path.join(config.dataDir, "matrix"),
          storePassphrase: secrets.matrixStorePassphrase,
          recoveryKey: secrets.matrixRecoveryKey,
          password: secrets.matrixPassword,
          resetIdentity: matrix.resetIdentity,
          ...broughtAlong(config),
          keysFor: matrix.keysFor,
          keepRecoveryKey: (key) => keepRecoveryKey(config, parts.log, key),
          mayInvite: (matrixId) => people.byMatrixId(matrixId) !== undefined,
        },
        onEnd: (problem) => {
          parts.log.fatal({ code: problem.code, ...problem.text }, problem.message);
          // Whoever started it reads it too, however little is logged.
          tellEnd(problem);
          process.exit(1);
        },
      });
    },
  };
}

/** The bot's identity, where Tandem was restored from its own backup. Once the device is signed the file goes. */
function broughtAlong({ dataDir }: Config): Pick<MatrixSettings, "identityKeys" | "onSigned"> {
  const file = path.join(dataDir, "matrix", "identity.json");
  if (!existsSync(file)) return {};
  const identityKeys = JSON.parse(readFileSync(file, "utf8")) as IdentityKeys;
  return { identityKeys, onSigned: () => rmSync(file, { force: true }) };
}

/** The key to the bot's identity: without it a lost device means a new identity, which every member must verify. */
function keepRecoveryKey({ dataDir }: Config, log: Logger, key: Secret): void {
  const file = path.join(dataDir, "matrix", "recovery_key");
  writeFileSync(file, `${key.reveal()}\n`, { mode: 0o600, flush: true });
  log.warn({ file }, "the bot has a new identity; keep a copy of its recovery key away from this machine");
}

try {
  await start();
  // Node writes it at the end of a program otherwise, and a killed one has none: its next start would be as slow.
  flushCompileCache();
} catch (thrown) {
  tellEnd(thrown);
  // What was opened before the failure must not keep half a Tandem alive.
  process.exit(1);
}
