/** The everyday care of apps: settings, secrets, restarts, commands and files inside. */
import { problem } from "../problem.ts";

const listed = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

export const settingNotThere = problem(
  "setting-not-there",
  ({ app, key }: { app: string; key: string }) => ({
    happened: `${app} has no setting ${key}.`,
    means: "There was nothing to take away; its settings are as they were.",
    remedy: `See all of them: \`app config show ${app}\``,
  }),
  { app: "cloud.example.coop", key: "SMTP_HSOT" },
);

export const secretUnknown = problem(
  "secret-unknown",
  ({ app, secret, known }: { app: string; secret: string; known: readonly string[] }) => ({
    happened: `The recipe of ${app} asks for no secret ${secret}.`,
    means: "Nothing was made or changed.",
    remedy: `It asks for: ${listed(known)}. More about them: \`app secret list ${app}\``,
  }),
  { app: "cloud.example.coop", secret: "password", known: ["db_password", "admin_password"] },
);

export const secretSettingUnknown = problem(
  "secret-setting-unknown",
  ({ app, secret, known }: { app: string; secret: string; known: readonly string[] }) => ({
    happened: `The settings of ${app} name no version of a secret ${secret}.`,
    means: "A secret is known by its setting SECRET_…_VERSION; no link was made.",
    remedy: `They name: ${listed(known)}. More about them: \`app secret list ${app}\``,
  }),
  { app: "cloud.example.coop", secret: "password", known: ["db_password", "smtp_password"] },
);

export const secretAlreadyThere = problem(
  "secret-already-there",
  ({ app, secret, name }: { app: string; secret: string; name: string }) => ({
    happened: `The secret ${secret} of ${app} exists already, as ${name}.`,
    means: "A secret in a Swarm cannot be changed or read back; it stays as it is.",
    remedy: `To give it another value: \`app secret rotate ${app} ${secret}\``,
  }),
  { app: "cloud.example.coop", secret: "db_password", name: "cloud_example_coop_db_password_v1" },
);

export const secretByHand = problem(
  "secret-by-hand",
  ({ app, secret }: { app: string; secret: string }) => ({
    happened: `The secret ${secret} of ${app} is not made by chance: its recipe says generate=false.`,
    means: "Somebody knows its value, such as a password that another service gave out.",
    remedy: `A maintainer puts it in: \`app secret insert ${app} ${secret}\``,
  }),
  { app: "cloud.example.coop", secret: "smtp_password" },
);

export const secretNotMade = problem(
  "secret-not-made",
  ({ app, secret, name }: { app: string; secret: string; name: string }) => ({
    happened: `The secret ${secret} of ${app} does not exist yet: there is no ${name}.`,
    means: "There is no old value that could make way for a new one; nothing was changed.",
    remedy: `To make it: \`app secret generate ${app} ${secret}\``,
  }),
  { app: "cloud.example.coop", secret: "db_password", name: "cloud_example_coop_db_password_v1" },
);

export const secretNotInserted = problem(
  "secret-not-inserted",
  ({ app, secret, name }: { app: string; secret: string; name: string }) => ({
    happened: `The new value of ${secret} of ${app} has not been put in: there is no ${name}.`,
    means: "Without it the services could not start; nothing was changed.",
    remedy: `Ask for a new form: \`app secret rotate ${app} ${secret}\``,
  }),
  { app: "cloud.example.coop", secret: "smtp_password", name: "cloud_example_coop_smtp_password_v2" },
);

export const secretFormSpent = problem(
  "secret-form-spent",
  ({ minutes }: { minutes: number }) => ({
    happened: `This link counts for nothing: it was used, is older than ${minutes} minutes, or was never made.`,
    means: "What was typed was not kept anywhere and went nowhere.",
    remedy: "Ask for a new one where you asked for this: `app secret insert <app> <secret>`",
  }),
  { minutes: 15 },
);

export const secretValueUnfit = problem(
  "secret-value-unfit",
  ({ bytes, most }: { bytes: number; most: number }) => ({
    happened:
      bytes === 0
        ? "There is no value: nothing was typed."
        : `The value is ${bytes} bytes long, ${most} is the most.`,
    means: "No secret was made; the link still counts.",
    remedy: "Put in the value itself, as the app will read it.",
  }),
  { bytes: 0, most: 500_000 },
);

export const secretNotText = problem(
  "secret-not-text",
  () => ({
    happened: "What was handed in is no text in UTF-8.",
    means: "Its bytes would be changed on the way, so no secret was made.",
    remedy: "Write it as text first, such as: base64 < file",
  }),
  {},
);

export const functionUnknown = problem(
  "function-unknown",
  ({
    app,
    name,
    version,
    known,
  }: {
    app: string;
    name: string;
    version: string;
    known: readonly string[];
  }) => ({
    happened: `The abra.sh of ${app} at ${version} defines no function ${name}.`,
    means: "Only functions of the recipe itself are run; nothing was.",
    remedy:
      known.length === 0
        ? `It defines none. To run any command: \`app run ${app} <service> -- <command>\``
        : `It defines: ${known.join(", ")}.`,
  }),
  { app: "cloud.example.coop", name: "occ", version: "5.1.0+29.0.1", known: ["run_occ", "set_logfile"] },
);

export const scriptTooLarge = problem(
  "script-too-large",
  ({ app }: { app: string }) => ({
    happened: `The abra.sh of ${app} is larger than 128 KB.`,
    means: "It cannot be handed to a container; nothing was run.",
    remedy: `Run the command itself: \`app run ${app} <service> -- <command>\``,
  }),
  { app: "cloud.example.coop" },
);

export const commandCutOff = problem(
  "command-cut-off",
  ({ app, service, words }: { app: string; service: string; words: string }) => ({
    happened: `Tandem stopped while ${words} ran in ${service} of ${app}.`,
    means: "Whether it came to its end is not known. It was not begun again: twice could do harm.",
    remedy: `Look what it has done, and say it again if it is needed: \`app logs ${app} ${service}\``,
  }),
  { app: "cloud.example.coop", service: "app", words: "occ maintenance:repair" },
);

export const parcelUnknown = problem(
  "parcel-unknown",
  ({ put }: { put: string }) => ({
    happened: `There is no file ${put} here that could be put in.`,
    means: "A file that is handed in is kept for a day; nothing was copied.",
    remedy:
      "In a room: reply to the file with `app cp <app> <service>:<path>`. " +
      "On the server: npx tandem app cp <app> <service>:<path> --put FILE",
  }),
  { put: "logo.png" },
);

export const parcelChanged = problem(
  "parcel-changed",
  ({ app, where }: { app: string; where: string }) => ({
    happened: `The file for ${where} of ${app} is another one than was looked at.`,
    means: "It was changed where Tandem keeps it; nothing was copied.",
    remedy: "Hand it in anew, and look who can write into Tandem's data folder.",
  }),
  { app: "cloud.example.coop", where: "app:/srv/logo.png" },
);

interface Failed {
  app: string;
  what: string;
  reason: string;
  lastLines: readonly string[];
}

export const restartFailed = problem(
  "restart-failed",
  ({ app, what, reason, lastLines }: Failed) => ({
    happened: [`${what} of ${app} did not come up again: ${reason}.`, ...lastLines].join("\n"),
    means: "Its settings and version are as they were; only its containers are new.",
    remedy: `Look what it says: \`app logs ${app}\`. To go to another version: \`app deploy ${app} <version>\``,
  }),
  {
    app: "cloud.example.coop",
    what: "app",
    reason: "app ended with exit code 1 twice",
    lastLines: ["Fatal: cannot reach db:5432"],
  },
);

export const rotateFailed = problem(
  "rotate-failed",
  ({ app, what, reason, lastLines }: Failed) => ({
    happened: [`${app} did not come up with the new ${what}: ${reason}.`, ...lastLines].join("\n"),
    means: "The old secret, its setting and the services are put back; the new secret is removed.",
    remedy:
      "Some programs keep the old value in their data, such as a database its password: change it there first, " +
      `then say: \`app secret rotate ${app} ${what}\``,
  }),
  {
    app: "cloud.example.coop",
    what: "db_password",
    reason: "app ended with exit code 1 twice",
    lastLines: ["FATAL: password authentication failed for user nextcloud"],
  },
);
