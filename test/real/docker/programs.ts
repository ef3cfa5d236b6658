/** Images of programs that this machine has, with the libraries that they need: from nothing, without network. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { tarOf, type TarEntry } from "./tar.ts";

export async function imageOfPrograms(
  docker: Docker,
  name: string,
  programs: readonly string[],
  { files = [], folders = [] }: { files?: TarEntry[]; folders?: string[] } = {},
): Promise<void> {
  const entries = new Map<string, TarEntry>();
  const add = (file: string): void => {
    entries.set(file, { path: file.slice(1), bytes: readFileSync(file), mode: 0o755 });
  };
  for (const folder of ["/tmp", "/etc", "/proc", "/dev", "/run", "/var/lib", "/root"])
    entries.set(folder, { path: folder.slice(1), folder: true, mode: folder === "/tmp" ? 0o777 : 0o755 });
  entries.set("/bin/busybox", { path: "bin/busybox", bytes: readFileSync("/bin/busybox") });
  for (const applet of execFileSync("/bin/busybox", ["--list"], { encoding: "utf8" }).trim().split("\n"))
    if (applet !== "busybox") entries.set(`/bin/${applet}`, { path: `bin/${applet}`, linkTo: "busybox" });
  const more = folders.flatMap(filesUnder);
  for (const file of [...programs, ...more]) {
    add(file);
    for (const library of libraries(file)) add(library);
  }
  const archive = tarOf([...entries.values(), ...files]);
  const [repo = "", tag = "latest"] = name.split(/:(?=[^/]*$)/);
  const answer = await docker.importImage(
    archive as unknown as string,
    { repo, tag, changes: ["ENV PATH=/bin:/usr/bin"] } as object,
  );
  await new Promise<void>((done, failed) => {
    docker.modem.followProgress(answer, (thrown: Error | null) =>
      thrown === null ? done() : failed(thrown),
    );
  });
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  if (statSync(folder).isFile()) return [folder];
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? filesUnder(file) : [file];
  });
}

function libraries(program: string): string[] {
  if (readFileSync(program).subarray(0, 4).toString("latin1") !== "\x7fELF") return [];
  const said = execFileSync("ldd", [program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return [...said.matchAll(/(?:=> )?(\/\S+) \(0x/g)]
    .map((match) => match[1] ?? "")
    .filter((file) => existsSync(realpathSync(file)));
}
