/** The program as src/main.ts starts it, with a command and a workflow of the co-op's own. */
import path from "node:path";
import { openMatrix } from "../../../src/chat/matrix/index.ts";
import { loadConfig } from "../../../src/config.ts";
import { Secret } from "../../../src/core/secret.ts";
import { openHouse, openLog } from "../../../src/house/index.ts";

const config = loadConfig();
const own = path.join(import.meta.dirname, "own");
/** For measurements: one person says in a minute what many say in a day. */
const high = { burst: 10_000, perMinute: 10_000 };
const house = await openHouse({
  config,
  log: openLog(config.logLevel),
  ...(process.env["TANDEM_CHAOS_RATES"] === "high" && {
    rates: { member: high, room: high, strangers: high },
  }),
  own: { commands: path.join(own, "commands"), workflows: path.join(own, "workflows") },
  chat: ({ people, ...parts }) =>
    openMatrix({
      ...parts,
      settings: {
        homeserver: config.matrix?.homeserver ?? "",
        accessToken: config.secrets.matrixAccessToken ?? new Secret(""),
        storePassphrase: config.secrets.matrixStorePassphrase,
        dataDir: path.join(config.dataDir, "matrix"),
        mayInvite: (matrixId) => people.byMatrixId(matrixId) !== undefined,
      },
    }),
});
process.on("SIGTERM", () => {
  void house.stop().then(() => process.exit(0));
});
