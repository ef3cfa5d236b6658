/**
 * The settings: one schema, from which the checks, the settings page of the manual and the environment
 * variables are made. They come from `tandem.yaml`, then from `TANDEM_*` variables; secrets come only from
 * files or from the environment, never from `tandem.yaml`.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { backupSettings } from "./config/backups.ts";
import { bookSettings } from "./config/books.ts";
import { collectiveSettings } from "./config/collective.ts";
import { expectedBy } from "./config/expected.ts";
import { stripeSettings } from "./config/stripe.ts";
import { upgradeSettings } from "./config/upgrades.ts";
import { workSettings } from "./config/work.ts";
import {
  secretFileUnreadable,
  settingsUnknown,
  settingsUnreadable,
  settingsWrong,
} from "./core/problems/config.ts";
import { messageOf } from "./core/problem.ts";
import { nearest } from "./core/nearest.ts";
import { Secret } from "./core/secret.ts";
import { MatrixId, MemberName, RecipeName } from "./core/terms.ts";
import { isTimeZone } from "./core/work-day.ts";
import { roomId } from "./config/room-id.ts";

const listen = z
  .string()
  .regex(/^(?:[\w.-]+|\[[0-9a-f:]+\]):\d{1,5}$/i, { error: "host:port, such as 127.0.0.1:8080" })
  .refine((text) => Number(text.slice(text.lastIndexOf(":") + 1)) <= 65_535, {
    error: "host:port with a port up to 65535",
  });
const person = z.strictObject({ name: MemberName, matrixId: MatrixId });

const Schema = z.strictObject({
  coop: z
    .strictObject({
      name: z.string().min(1).default("Our co-op").describe("The name that pages and messages show."),
    })
    .prefault({}),
  dataDir: z.string().default("data").describe("The folder that holds everything Tandem keeps. Back it up."),
  people: z
    .strictObject({
      operators: z
        .array(person)
        .default([])
        .describe("Who may add members and give roles at the first start: name and matrixId each."),
      maintainers: z
        .array(person)
        .default([])
        .describe(
          "Who may approve deploys at the first start. Without any maintainer Tandem does not start.",
        ),
    })
    .prefault({}),
  matrix: z
    .strictObject({
      homeserver: z
        .url({ protocol: /^https?$/, error: "an address, such as https://matrix.example.coop" })
        .describe("The bot's homeserver."),
      accessTokenFile: z
        .string()
        .optional()
        .describe("File with the bot's access token (made by: npx tandem login)."),
      storePassphraseFile: z
        .string()
        .optional()
        .describe("File with the passphrase of the encryption store."),
      recoveryKeyFile: z.string().optional().describe("File with the recovery key of the bot's account."),
      passwordFile: z
        .string()
        .optional()
        .describe("File with the bot's password, for the one start at which the homeserver asks for it."),
      keysFor: z
        .enum(["signed-devices", "all-devices"])
        .default("signed-devices")
        .describe(
          "Who can read what the bot says in encrypted rooms: devices that their owner has signed, or all.",
        ),
      resetIdentity: z
        .boolean()
        .default(false)
        .describe(
          "Makes a new cryptographic identity when the old one's keys are lost. Members must verify anew.",
        ),
      prefix: z.string().min(1).default("!tandem").describe("The word that a command begins with."),
      operatorsRoom: roomId.optional().describe("Room for the day's audit head and notices to operators."),
      defaultRoom: roomId.optional().describe("Room for what was asked on the web or by schedule."),
      threads: z.boolean().default(false).describe("Whether answers go into a thread under the command."),
    })
    .optional()
    .describe("Leave it out to run without Matrix (web, CLI and console only)."),
  web: z
    .strictObject({
      listen: listen
        .default("127.0.0.1:8080")
        .describe("Address of the pages. Put a proxy with TLS before it."),
      publicUrl: z
        .url({ protocol: /^https?$/, error: "an address, such as https://tandem.example.coop" })
        .default("http://localhost:8080")
        .describe("The address under which people reach the pages."),
      trustedProxies: z
        .array(z.string())
        .default([])
        .describe("Addresses of proxies whose X-Forwarded-For is believed."),
      timeZone: z
        .string()
        .refine(isTimeZone, { error: "the name of a time zone, such as Europe/Berlin" })
        .default("UTC")
        .describe("The time zone in which pages show times and schedules are kept, such as Europe/Berlin."),
      insecureCookies: z
        .boolean()
        .default(false)
        .describe(
          "Allows signing in over plain http away from localhost. Anybody on the way can read the cookie.",
        ),
    })
    .prefault({}),
  docker: z
    .strictObject({
      socket: z
        .string()
        .default("/var/run/docker.sock")
        .describe("Socket of the Docker Engine (a Swarm manager)."),
      addresses: z
        .array(z.string())
        .default([])
        .describe("Public addresses of that server; before a deploy an app's names are compared with them."),
    })
    .prefault({}),
  exec: z
    .strictObject({
      approval: z
        .boolean()
        .default(true)
        .describe("Whether another maintainer agrees before a command runs in an app's container."),
    })
    .prefault({}),
  recipes: z
    .record(RecipeName, z.string())
    .default({})
    .describe("Recipes by name: a git repository each, as a path or a URL."),
  upgrades: upgradeSettings,
  backups: backupSettings,
  work: workSettings,
  collective: collectiveSettings,
  books: bookSettings,
  stripe: stripeSettings,
  catalogue: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A catalogue of recipes (recipes.json), as a URL or a path: its recipes can be deployed like those above.",
    ),
  diskFreeMb: z
    .number()
    .int()
    .min(1)
    .default(200)
    .describe("Below this many free MB on the data disk new runs are refused, and those on a schedule wait."),
  keepRunsDays: z
    .number()
    .int()
    .min(1)
    .default(365)
    .describe(
      "How long the steps of finished runs are kept, in days. What was heard and said in rooms is kept for 60 days," +
        " and longer where an open run or question needs it; the audit trail and what became of each run for good.",
    ),
  logLevel: z
    .enum(["debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("How much is logged."),
});

export type Settings = z.infer<typeof Schema>;

export interface Config extends Settings {
  /** The settings file that was read, if any. */
  file: string | undefined;
  /** Where relative paths start: the folder of the settings file. */
  root: string;
  /** What git gets of the environment: where its keys are, and nothing else. */
  gitEnv: Record<string, string>;
  secrets: {
    matrixAccessToken?: Secret;
    matrixStorePassphrase?: Secret;
    matrixRecoveryKey?: Secret;
    matrixPassword?: Secret;
  };
}

/** One setting as the manual lists it. */
export interface SettingDoc {
  path: string;
  env: string | null;
  type: string;
  fallback: string;
  about: string;
}

interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
}

/** Every setting with its environment variable, type and default, in the order of the schema. */
export function settingDocs(): SettingDoc[] {
  return leaves(z.toJSONSchema(Schema, { io: "input" }) as JsonSchema, []);
}

function leaves(schema: JsonSchema, at: string[]): SettingDoc[] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([key, inner]) => leaves(inner, [...at, key]));
  }
  const type = schema.type ?? "string";
  const scalar = type !== "object" && type !== "array";
  return [
    {
      path: at.join("."),
      env: scalar ? envName(at) : null,
      type: schema.enum?.join(" | ") ?? (type === "array" ? "list" : type === "object" ? "map" : type),
      fallback: schema.default === undefined ? "" : JSON.stringify(schema.default),
      about: schema.description ?? "",
    },
  ];
}

function envName(at: string[]): string {
  return `TANDEM_${at.map((key) => key.replace(/([A-Z])/g, "_$1").toUpperCase()).join("_")}`;
}

const secretEnv = {
  matrixAccessToken: ["TANDEM_MATRIX_ACCESS_TOKEN", "accessTokenFile"],
  matrixStorePassphrase: ["TANDEM_MATRIX_STORE_PASSPHRASE", "storePassphraseFile"],
  matrixRecoveryKey: ["TANDEM_MATRIX_RECOVERY_KEY", "recoveryKeyFile"],
  matrixPassword: ["TANDEM_MATRIX_PASSWORD", "passwordFile"],
} as const;
/** Variables that are ours but no settings. */
const otherEnv = ["SETTINGS", "REAL", "CI", "CACHE", "URL", "TOKEN"].map((name) => `TANDEM_${name}`);

/**
 * Reads the settings. `file` defaults to TANDEM_SETTINGS, else `tandem.yaml` if it exists.
 * Fails with a problem that names the setting: unknown ones are refused by path.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, file = env["TANDEM_SETTINGS"]): Config {
  const named = file ?? (existsSync("tandem.yaml") ? "tandem.yaml" : undefined);
  const raw = named === undefined ? {} : readYaml(named);
  applyEnvironment(raw, env);
  const settings = check(raw, named ?? "The environment");
  const root = named === undefined ? process.cwd() : path.dirname(path.resolve(named));
  return {
    ...settings,
    dataDir: path.resolve(root, settings.dataDir),
    file: named === undefined ? undefined : path.resolve(named),
    root,
    gitEnv: gitEnvOf(env),
    secrets: secretsOf(settings, env, root),
  };
}

function gitEnvOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["HOME", "SSH_AUTH_SOCK"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function readYaml(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (thrown) {
    throw settingsUnreadable({ file, reason: messageOf(thrown) }, thrown);
  }
  const document = parseDocument(text, { prettyErrors: true });
  const wrong = document.errors[0];
  if (wrong !== undefined) {
    throw settingsUnreadable({ file, reason: (wrong.message.split("\n")[0] ?? "").replace(/:$/, "") }, wrong);
  }
  const value: unknown = document.toJS() ?? {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw settingsUnreadable({ file, reason: "it holds no settings by name" });
  }
  return value as Record<string, unknown>;
}

function applyEnvironment(raw: Record<string, unknown>, env: NodeJS.ProcessEnv): void {
  const docs = settingDocs();
  const ours = new Set<string>([...otherEnv, ...Object.values(secretEnv).map(([name]) => name)]);
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith("TANDEM_") || ours.has(name) || text === undefined) continue;
    const doc = docs.find((setting) => setting.env === name);
    if (doc === undefined) {
      if (name.startsWith("TANDEM_CHAOS")) continue;
      const names = docs.flatMap((setting) => setting.env ?? []);
      throw settingsUnknown({ path: name, where: "The environment", ...nearestOf(name, names) });
    }
    const read = { boolean: booleanOf, integer: integerOf }[doc.type] ?? String;
    put(raw, doc.path.split("."), read(text));
  }
}

/** `Number` would take an empty text, as a compose file makes of a variable that is not set, for 0. */
function integerOf(text: string): unknown {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/** Other words are left for the schema to refuse: a switch that is on must not go off for being misspelt. */
function booleanOf(text: string): unknown {
  return text === "true" ? true : text === "false" ? false : text;
}

function put(into: Record<string, unknown>, at: string[], value: unknown): void {
  const [key, ...rest] = at;
  if (key === undefined) return;
  if (rest.length === 0) into[key] = value;
  else {
    const inner =
      typeof into[key] === "object" && into[key] !== null ? (into[key] as Record<string, unknown>) : {};
    into[key] = inner;
    put(inner, rest, value);
  }
}

function check(raw: Record<string, unknown>, where: string): Settings {
  const parsed = Schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = (issue?.path ?? []).map(String);
  if (issue?.code === "unrecognized_keys") {
    const full = [...at, issue.keys[0] ?? ""].join(".");
    throw settingsUnknown({
      path: full,
      where,
      ...nearestOf(
        full,
        settingDocs().map((setting) => setting.path),
      ),
    });
  }
  throw settingsWrong({ path: at.join("."), where, expected: expectedBy(issue) });
}

function nearestOf(word: string, words: string[]): { nearest?: string } {
  const found = nearest(word, words);
  return found === undefined ? {} : { nearest: found };
}

function secretsOf(settings: Settings, env: NodeJS.ProcessEnv, root: string): Config["secrets"] {
  const secrets: Config["secrets"] = {};
  for (const key of Object.keys(secretEnv) as (keyof typeof secretEnv)[]) {
    const [variable, fileSetting] = secretEnv[key];
    const inEnv = env[variable];
    const file = settings.matrix?.[fileSetting];
    if (inEnv !== undefined && inEnv !== "") secrets[key] = new Secret(inEnv);
    else if (file !== undefined)
      secrets[key] = new Secret(readSecret(path.resolve(root, file), `matrix.${fileSetting}`));
  }
  return secrets;
}

/** The one secret that a file of the settings holds. Throws `secret-file-unreadable`, which names the setting. */
export function readSecret(file: string, setting: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (thrown) {
    throw secretFileUnreadable({ path: setting, file, reason: messageOf(thrown) }, thrown);
  }
}
