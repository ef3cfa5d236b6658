import { problem } from "../problem.ts";

const unchanged = "The app cannot be deployed from these files; nothing was changed.";
const tell = "Take another version of the recipe, or tell its maintainers what it says here.";

export const composeUnreadable = problem(
  "compose-unreadable",
  ({ where, reason, line }: { where: string; reason: string; line: string }) => ({
    happened: `${where}: ${reason}. The line: ${line}`,
    means: unchanged,
    remedy: tell,
  }),
  {
    where: "compose.yml, line 7, column 5",
    reason: "Map keys must be unique",
    line: "    image: nginx:1.27",
  },
);

export const composeTooLarge = problem(
  "compose-too-large",
  ({ file, limit }: { file: string; limit: string }) => ({
    happened: `${file} is larger than a compose file may be: ${limit}.`,
    means: "It was not read further, so that one recipe cannot stop everything else; nothing was changed.",
    remedy: "Look for text, anchors or brackets that repeat or nest endlessly, and shorten them.",
  }),
  { file: "compose.yml", limit: "100000 values" },
);

export const composeNoFiles = problem(
  "compose-no-files",
  () => ({
    happened: "No compose file is named.",
    means: "Without one there is nothing to deploy; nothing was changed.",
    remedy: "Name at least one in the app's settings: COMPOSE_FILE=compose.yml",
  }),
  {},
);

export const composeVersion = problem(
  "compose-version",
  ({ where, version, expected }: { where: string; version: string; expected: string }) => ({
    happened: `${where}: the version is ${version}, and ${expected}.`,
    means: unchanged,
    remedy: 'Write version: "3.8" in every compose file of the recipe, or leave it out in all of them.',
  }),
  {
    where: "compose.yml, line 1, column 10",
    version: '"2"',
    expected: 'it has to be between "3.0" and "3.13"',
  },
);

export const composeUnknownKey = problem(
  "compose-unknown-key",
  (p: { where: string; path: string; nearest?: string | undefined; since?: string | undefined }) => ({
    happened:
      p.since === undefined
        ? `${p.where}: ${p.path} is no key that Docker Swarm stacks know.`
        : `${p.where}: ${p.path} exists since version ${p.since} only, and this file says an older one.`,
    means: unchanged,
    remedy:
      p.since !== undefined
        ? `Raise the file's version to "${p.since}" or later.`
        : p.nearest === undefined
          ? "Remove it, or begin its name with x- if it is meant for another program."
          : `The nearest that exists: ${p.nearest}`,
  }),
  { where: "compose.yml, line 4, column 5", path: "services.app.enviroment", nearest: "environment" },
);

export const composeKeyRefused = problem(
  "compose-key-refused",
  ({ where, path, instead }: { where: string; path: string; instead: string }) => ({
    happened: `${where}: ${path} is not for Docker Swarm stacks.`,
    means: unchanged,
    remedy: instead,
  }),
  {
    where: "compose.yml, line 9, column 5",
    path: "services.app.mem_limit",
    instead: "Use deploy.resources.limits.",
  },
);

export const composeWrongKind = problem(
  "compose-wrong-kind",
  (p: { where: string; path: string; found: string; expected: string; hint?: string | undefined }) => ({
    happened: `${p.where}: ${p.path} is ${p.found}, and ${p.expected} was expected.`,
    means: unchanged,
    remedy: p.hint ?? tell,
  }),
  {
    where: "compose.yml, line 8, column 12",
    path: "services.app.deploy.replicas",
    found: 'the text "two"',
    expected: "a whole number",
  },
);

export const composeValue = problem(
  "compose-value",
  ({ where, path, value, expected }: { where: string; path: string; value: string; expected: string }) => ({
    happened: `${where}: ${path} is ${value}, and ${expected} was expected.`,
    means: unchanged,
    remedy:
      "If it comes from the app's settings, change it there (app set); otherwise tell the recipe's maintainers.",
  }),
  {
    where: "compose.yml, line 12, column 17",
    path: "services.app.healthcheck.interval",
    value: '"30"',
    expected: "a time such as 30s, 1m30s or 1h",
  },
);

export const composeDollar = problem(
  "compose-dollar",
  ({ where, path, text }: { where: string; path: string; text: string }) => ({
    happened: `${where}: ${path} has a $ that begins no variable: ${text}`,
    means: "A $ is where a setting is filled in, so it is not clear what is meant; nothing was changed.",
    remedy: "Write $$ for a dollar sign (such as $$(date) in a hook), or ${NAME} for a setting.",
  }),
  { where: "compose.yml, line 20, column 9", path: "services.app.deploy.labels[2]", text: "echo $(date)" },
);

export const composeVariableMissing = problem(
  "compose-variable-missing",
  (p: { where: string; path: string; variable: string; message: string }) => ({
    happened: `${p.where}: the setting ${p.variable} has no value${p.message === "" ? "" : ` (${p.message})`}.`,
    means: `The recipe demands it for ${p.path}; nothing was changed.`,
    remedy: `Set it: app set … ${p.variable}=…`,
  }),
  {
    where: "compose.yml, line 6, column 12",
    path: "services.app.environment.SMTP_HOST",
    variable: "SMTP_HOST",
    message: "the server that sends mail",
  },
);

export const composeUndefined = problem(
  "compose-undefined",
  (p: { where: string; path: string; kind: string; name: string; nearest?: string | undefined }) => ({
    happened: `${p.where}: ${p.path} uses the ${p.kind} ${p.name}, which the files do not define.`,
    means: unchanged,
    remedy:
      p.nearest === undefined
        ? `Define it under ${p.kind}s at the top level of the compose file.`
        : `The nearest that is defined: ${p.nearest}`,
  }),
  {
    where: "compose.yml, line 10, column 9",
    path: "services.app.networks",
    kind: "network",
    name: "proxi",
    nearest: "proxy",
  },
);

export const composeConflict = problem(
  "compose-conflict",
  ({ where, path, what }: { where: string; path: string; what: string }) => ({
    happened: `${where}: ${path}: ${what}.`,
    means: unchanged,
    remedy:
      "Keep one of the two; if each stands in a file of its own, leave one of the files out of COMPOSE_FILE.",
  }),
  {
    where: "compose.yml, line 14, column 5",
    path: "services.app.healthcheck",
    what: "test and disable cannot both be set",
  },
);

export const composeFileMissing = problem(
  "compose-file-missing",
  ({ where, path, file }: { where: string; path: string; file: string }) => ({
    happened: `${where}: ${path} names the file ${file}, which does not exist.`,
    means: unchanged,
    remedy: "Check how the name is written; it counts from the folder of the first compose file.",
  }),
  { where: "compose.yml, line 31, column 11", path: "configs.nginx_conf", file: "nginx.conf" },
);

export const composeEnvFile = problem(
  "compose-env-file",
  ({ file, line, what }: { file: string; line: number; what: string }) => ({
    happened: `${file}, line ${line}: ${what}.`,
    means: unchanged,
    remedy:
      "Write one NAME=value on each line of an env_file, without quotes and without spaces in the name.",
  }),
  { file: "app.env", line: 3, what: "the name MY KEY has a space in it" },
);

export const composeOwnMount = problem(
  "compose-own-mount",
  ({ service, source }: { service: string; source: string }) => ({
    happened: `The service ${service} mounts ${source}, a path that starts from the recipe's own folder.`,
    means: "No server has that folder, so the service could never start; nothing was changed.",
    remedy:
      "In the recipe make a file a config, and a folder a volume; or take another version, or tell its maintainers.",
  }),
  { service: "web", source: "./nginx.conf" },
);
