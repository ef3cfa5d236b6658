/**
 * What the labels of a stack say about its backup. Source of the rules: docs.coopcloud.tech/specs/backup/spec; how
 * recipes depart from it was seen in public ones; each departure is read in the way that keeps more, with a sentence
 * about it.
 */
import type { ServiceAnatomy } from "../swarm/index.ts";
import type { Hook, LabelReading } from "./types.ts";

type Labelled = Pick<ServiceAnatomy, "service" | "labels" | "containerLabels">;

const beginnings = ["backupbot.backup", "backupbot.restore"];
const hookLabels = {
  "backupbot.backup.pre-hook": "preHooks",
  "backupbot.backup.post-hook": "postHooks",
  "backupbot.restore.pre-hook": "restorePreHooks",
  "backupbot.restore.post-hook": "restorePostHooks",
} as const;
/** In one sentence. */
const mostNamed = 3;
const volumeLabel = /^backupbot\.backup\.volumes\.(.+?)(\.path)?$/;
/** As YAML and people write it. */
const yes = new Set(["true", "yes", "1", "on"]);
const no = new Set(["false", "no", "0", "off", ""]);

/** Reads the labels of all services of a stack. Every text gives a reading; what it could not read is warned of. */
export function readLabels(services: readonly Labelled[]): LabelReading {
  const reading: LabelReading = {
    isEnabled: false,
    volumes: {},
    containerPaths: [],
    preHooks: [],
    postHooks: [],
    restorePreHooks: [],
    restorePostHooks: [],
    warnings: [],
  };
  const enabled: string[] = [];
  for (const one of services) {
    for (const [key, value] of Object.entries(one.labels))
      readLabel(reading, enabled, one.service, key, value);
    warnOfMisplaced(reading, one);
  }
  reading.isEnabled = enabled.length > 0;
  if (enabled.length > 1) {
    reading.warnings.push(
      `backupbot.backup is true on ${enabled.length} services (${enabled.join(", ")}), and the specification wants ` +
        "it on one: it counts once, for the whole app.",
    );
  }
  if (enabled.length === 0) {
    reading.warnings.push(
      "No service says backupbot.backup=true, so other programs would not back this app up; Tandem does, with all " +
        "volumes.",
    );
  }
  return reading;
}

function readLabel(
  reading: LabelReading,
  enabled: string[],
  service: string,
  key: string,
  value: string,
): void {
  if (key === "backupbot.backup") {
    const said = value.trim().toLowerCase();
    if (yes.has(said)) enabled.push(service);
    else if (!no.has(said))
      reading.warnings.push(`backupbot.backup of ${service} is ${quoted(value)}, neither true nor false.`);
    return;
  }
  if (Object.hasOwn(hookLabels, key)) {
    const hook: Hook = { service, command: value };
    if (value.trim() !== "") reading[hookLabels[key as keyof typeof hookLabels]].push(hook);
    return;
  }
  if (key === "backupbot.backup.path") {
    readContainerPaths(reading, service, value);
    return;
  }
  const [, volume, isPath] = volumeLabel.exec(key) ?? [];
  if (volume !== undefined) {
    readVolume(reading, service, { volume, isPath: isPath !== undefined, value });
    return;
  }
  warnOfStranger(reading, service, key);
}

/** v1 of the specification: paths in the container. */
function readContainerPaths(reading: LabelReading, service: string, value: string): void {
  for (const path of listed(value)) {
    if (path.startsWith("/")) reading.containerPaths.push({ service, path });
    else
      reading.warnings.push(
        `backupbot.backup.path of ${service} names ${quoted(path)}, which is no whole path in a container: it is ` +
          "left out.",
      );
  }
  reading.warnings.push(
    `backupbot.backup.path of ${service} is from the first version of the specification: it is read as a path in the ` +
      "container, and the volumes are backed up as well.",
  );
}

function readVolume(
  reading: LabelReading,
  service: string,
  { volume, isPath, value }: { volume: string; isPath: boolean; value: string },
): void {
  const known = Object.hasOwn(reading.volumes, volume) ? reading.volumes[volume] : undefined;
  const before = known ?? { include: true, paths: null };
  const put = (next: LabelReading["volumes"][string]): void => {
    // Not by assignment: a volume may be called __proto__.
    Object.defineProperty(reading.volumes, volume, {
      value: next,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  };
  if (isPath) {
    const { good, bad } = pathsIn(value);
    if (bad.length > 0) {
      reading.warnings.push(
        `backupbot.backup.volumes.${volume}.path of ${service} leads out of the volume ` +
          `(${bad.map(quoted).join(", ")}): that is left out.`,
      );
    }
    if (good.length > 0) put({ ...before, paths: [...new Set([...(before.paths ?? []), ...good])] });
    return;
  }
  const said = value.trim().toLowerCase();
  if (no.has(said) && said !== "") put({ ...before, include: false });
  else if (yes.has(said)) put(before);
  else {
    reading.warnings.push(
      `backupbot.backup.volumes.${volume} of ${service} is ${quoted(value)}, neither true nor false: it is backed up.`,
    );
  }
}

/** Paths relative to the volume, without a slash before them; those that lead out of it are bad. */
function pathsIn(value: string): { good: string[]; bad: string[] } {
  const good: string[] = [];
  const bad: string[] = [];
  for (const path of listed(value)) {
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    if (parts.length === 0 || parts.includes("..") || path.includes("\0")) bad.push(path);
    else good.push(parts.join("/"));
  }
  return { good, bad };
}

function warnOfStranger(reading: LabelReading, service: string, key: string): void {
  if (key === "backupbot.backup.command") {
    reading.warnings.push(
      `${service} has the label backupbot.backup.command, which no specification knows: what it should write is not ` +
        "backed up.",
    );
    return;
  }
  if (beginnings.some((beginning) => key === beginning || key.startsWith(`${beginning}.`))) {
    reading.warnings.push(
      `${service} has the label ${key}, which the specification does not know: it has no effect.`,
    );
    return;
  }
  if (/backup-?bot|^backup\.|^restore\./i.test(key)) {
    reading.warnings.push(
      `${service} has the label ${key}; labels for backups begin with backupbot.backup or backupbot.restore: it has ` +
        "no effect.",
    );
  }
}

/** A recipe that has some of them in both places has been written for both, and says so to nobody's harm. */
function warnOfMisplaced(reading: LabelReading, { service, labels, containerLabels = {} }: Labelled): void {
  const keys = Object.keys(containerLabels).filter(
    (key) => key.startsWith("backupbot.") && !Object.hasOwn(labels, key),
  );
  if (keys.length === 0) return;
  const named = keys.length > mostNamed ? [...keys.slice(0, mostNamed), "others"] : keys;
  reading.warnings.push(
    `${service} has labels for backups under labels (${named.join(", ")}), where they are not read: what they ask ` +
      `for is not done. In the recipe they belong under deploy.labels of ${service}.`,
  );
}

const listed = (value: string): string[] =>
  value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const quoted = (text: string): string => `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
