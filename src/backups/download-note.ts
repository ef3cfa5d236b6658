/** The page of words inside a file that is handed out: what is in it, and what of the backup is not. */
import { placeOf } from "./listing.ts";
import type { Backup, Manifest } from "./types.ts";

/** Where it lies in the file. */
export const noteFile = "tandem/READ-ME.txt";

/** Pure. `volumes`: those that are in the file; `isWhole`: the rest is in it, too, where there is a place for it. */
export function noteOf(
  backup: Pick<Backup, "id" | "app" | "startedAt" | "warnings">,
  manifest: Manifest,
  { volumes, isWhole }: { volumes: Manifest["volumes"]; isWhole: boolean },
): string {
  const { secrets, version, recipe } = manifest;
  const beside = [...manifest.dumps.map(dumpWords), ...manifest.containerPaths.map(pathWords)];
  const others = manifest.volumes.filter((one) => !volumes.includes(one)).map(volumeWords);
  const names = [...new Set(secrets.map(({ name }) => name))].sort();
  const left = [
    ...(isWhole ? [] : [...others, ...beside]),
    ...(names.length === 0 ? [] : [`the values of its secrets: ${names.join(", ")}`]),
    `its settings (.env) and the images that ran; it was ${recipe} ${version ?? "without a version"}`,
  ];
  const when = `${backup.startedAt.slice(0, 16).replace("T", " ")} UTC`;
  return [
    `The backup ${backup.id} of ${backup.app}, taken on ${when}.`,
    ...listed("In this file:", [...volumes.map(volumeWords), ...(isWhole ? beside : [])]),
    ...listed("Of the backup, and not in this file:", left),
    ...listed("What was said when it was taken:", backup.warnings),
    "",
    `All of it is in the encrypted file: backup download ${backup.id}`,
    "",
  ].join("\n");
}

function listed(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", head, ...lines.map((line) => `- ${line}`)];
}

function volumeWords({ name, service, paths, hostname }: Manifest["volumes"][number]): string {
  const what = paths === null ? "all of it" : `only ${paths.join(", ")}`;
  return `the volume ${name} of ${service} on ${hostname} (${what}): ${placeOf(name).slice(1)}`;
}

function dumpWords({ service, file }: Manifest["dumps"][number]): string {
  return `the database of ${service}: ${file.replace(/^\//, "")}`;
}

function pathWords({ service, path, file }: Manifest["containerPaths"][number]): string {
  return `${path} of the container of ${service}: ${file.replace(/^\//, "")}`;
}
