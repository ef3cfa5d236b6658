import path from "node:path";
import { restoreSelf } from "../backups/index.ts";
import { systemClock } from "../core/clock.ts";
import { cliWordsUnfit } from "../core/problems/house.ts";
import { ownOptions } from "./own-options.ts";

const usage = `Usage: tandem restore-self --from LOCATION --password-file FILE [--to FOLDER] [--snapshot ID]

Brings Tandem back from its own backup: into an empty folder, looked at before it counts.

  --from LOCATION       the repository, as restic takes it: a folder, sftp:…, s3:…, rest:…
  --password-file FILE  the repository's password
  --to FOLDER           where it is put (default: tandem, in this folder)
  --snapshot ID         another one than the newest`;

const options = {
  from: { type: "string" },
  "password-file": { type: "string" },
  to: { type: "string" },
  snapshot: { type: "string" },
} as const;

/** What restic knows its keys and its way by. */
const passedOn = /^(HOME|SSH_AUTH_SOCK|AWS_\w+|B2_\w+|AZURE_\w+|GOOGLE_\w+|OS_\w+|RESTIC_REST_\w+)$/;

/** Restores Tandem itself and says what is to be done before it is started. */
export async function restoreSelfHere(words: string[], print: (text: string) => void): Promise<number> {
  const given = ownOptions("restore-self", words, options, usage);
  const { from, "password-file": passwordFile, to = "tandem", snapshot } = given;
  if (from === undefined || passwordFile === undefined) {
    throw cliWordsUnfit({ what: "tandem restore-self needs --from and --password-file", usage });
  }
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      passedOn.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
  const folder = path.resolve(to);
  const restored = await restoreSelf({ from, passwordFile, to: folder, snapshot, env }, systemClock);
  const { manifest, dataDir, settings } = restored;
  const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
  print(
    `Tandem is back in ${folder}, as it was at ${manifest.takenAt} (snapshot ${restored.snapshot.slice(0, 8)}).`,
  );
  print(
    `Its database is whole: ${rows} rows as when it was taken, the audit chain up to ${manifest.auditHead}.`,
  );
  print("\nBefore it is started:");
  print("- The old one must not run any more: two would answer in the same rooms.");
  for (const file of manifest.elsewhere)
    print(`- ${path.join(folder, "elsewhere", file)} lay at ${file}: put it back there.`);
  if (settings === null) print("- It had no settings file: set the same TANDEM_ variables.");
  if (manifest.dataDir === null)
    print(`- Its data folder is ${dataDir} now: set it as dataDir, or TANDEM_DATA_DIR.`);
  if (manifest.hasIdentity) {
    print(
      "- It logs in as a new device, by a name that it never had; its own identity signs it at the start:",
    );
    print("  npx tandem login --user NAME --homeserver URL --device TANDEM2 --out FILE");
    print("  where FILE is what matrix.accessTokenFile names in the restored settings.");
  }
  print(`\nThen: ${settings === null ? "" : `TANDEM_SETTINGS=${settings} `}npm start`);
  return 0;
}
