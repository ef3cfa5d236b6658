import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

export interface Tree {
  /** What the folder in the cache is called. */
  name: string;
  /** Debian's name of a release, such as `sid`. */
  suite: string;
  packages: string[];
}

/** A folder with the packages and everything they need, unpacked but not installed; kept between runs. */
export async function debianTree({ name, suite, packages }: Tree): Promise<string> {
  const cache = path.join(
    process.env["TANDEM_CACHE"] ?? path.join(import.meta.dirname, "../../../.cache"),
    name,
  );
  const root = path.join(cache, "root");
  if (existsSync(path.join(root, ".complete"))) return root;
  const mirror = debianMirror();
  const missing = ["/usr/bin/apt-get", "/usr/bin/dpkg-deb", keyring].filter((file) => !existsSync(file));
  if (mirror === undefined) missing.push("a Debian mirror in apt's sources");
  if (missing.length > 0) throw new Error(`${missing.join(", ")} missing, so its packages cannot be fetched`);
  // Made aside and moved into place, so that nobody uses half a tree; of two that make it at once the first counts.
  const work = path.join(cache, `work-${process.pid}`);
  try {
    await unpackAll(await download(work, mirror ?? "", suite, packages), path.join(work, "root"));
    writeFileSync(path.join(work, "root/.complete"), "");
    if (!existsSync(path.join(root, ".complete"))) {
      rmSync(root, { recursive: true, force: true });
      renameSync(path.join(work, "root"), root);
    }
  } catch (thrown) {
    if (!existsSync(path.join(root, ".complete"))) throw thrown;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return root;
}

/** The Debian archive that this machine's apt already uses, in either of apt's notations. */
function debianMirror(): string | undefined {
  const folder = "/etc/apt/sources.list.d";
  const files = [
    "/etc/apt/sources.list",
    ...(existsSync(folder) ? readdirSync(folder).map((f) => path.join(folder, f)) : []),
  ];
  const words = files
    .filter((file) => existsSync(file) && /\.(list|sources)$/.test(file))
    .flatMap((file) => readFileSync(file, "utf8").split("\n"))
    .filter((line) => /^(deb|URIs:)\s/.test(line))
    .flatMap((line) => line.split(/\s+/).slice(1));
  return (
    process.env["MIRROR"] ??
    words.find((word) => /^[a-z+]+:.*\/debian\/?$/.test(word) && !word.includes("linux/debian"))
  );
}

/** Fetches the packages with apt, which checks signatures and hashes, in a world of its own. Answers the files. */
async function download(work: string, mirror: string, suite: string, packages: string[]): Promise<string[]> {
  const apt = path.join(work, "apt");
  for (const folder of [
    "etc/apt.conf.d",
    "etc/preferences.d",
    "etc/trusted.gpg.d",
    "state/lists/partial",
    "cache/archives/partial",
    "log",
  ])
    mkdirSync(path.join(apt, folder), { recursive: true });
  writeFileSync(path.join(apt, "status"), "");
  writeFileSync(path.join(apt, "empty"), "");
  const { stdout: architecture } = await run("dpkg", ["--print-architecture"]);
  writeFileSync(
    path.join(apt, "etc/sources.list"),
    `deb [arch=${architecture.trim()} signed-by=${keyring} check-valid-until=no] ${mirror} ${suite} main\n`,
  );
  const settings = [
    `Dir::Etc=${apt}/etc`,
    `Dir::Etc::parts=${apt}/etc/apt.conf.d`,
    `Dir::State=${apt}/state`,
    `Dir::State::status=${apt}/status`,
    `Dir::Cache=${apt}/cache`,
    `Dir::Log=${apt}/log`,
    "Debug::NoLocking=1",
    "APT::Install-Recommends=0",
    "Acquire::Languages=none",
    // As root apt would become another user, who may not write here.
    "APT::Sandbox::User=",
    "pkgCacheGen::ForceEssential=,",
  ].flatMap((setting) => ["-o", setting]);
  const env = { ...process.env, APT_CONFIG: path.join(apt, "empty") };
  const fetchBy = async (...words: string[]): Promise<void> => {
    try {
      await run("apt-get", ["-qq", "-y", ...settings, ...words], { env });
    } catch (thrown) {
      const said = (thrown as { stderr?: string }).stderr?.split("\n")[0] ?? "";
      throw new Error(`apt could not fetch ${packages.join(", ")} of ${suite}: ${said}`, { cause: thrown });
    }
  };
  await fetchBy("update");
  await fetchBy("--download-only", "install", ...packages);
  const archives = path.join(apt, "cache/archives");
  return readdirSync(archives)
    .filter((file) => file.endsWith(".deb"))
    .map((file) => path.join(archives, file));
}

/** Unpacks packages without installing them; four at a time. */
async function unpackAll(packages: string[], root: string): Promise<void> {
  for (const folder of ["bin", "sbin", "lib", "lib64"]) {
    mkdirSync(path.join(root, "usr", folder), { recursive: true });
    await run("ln", ["-sfn", `usr/${folder}`, path.join(root, folder)]);
  }
  const waiting = [...packages];
  const worker = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) await unpack(file, root);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

async function unpack(file: string, root: string): Promise<void> {
  const tar = `${file}.tar`;
  await run("dpkg-deb", ["--fsys-tarfile", file], { encoding: "buffer", maxBuffer: 2 ** 30 }).then(
    ({ stdout }) => writeFileSync(tar, stdout),
  );
  const left = ["doc", "man", "locale", "i18n"].map((folder) => `--exclude=./usr/share/${folder}`);
  await run("tar", ["-x", "-f", tar, "-C", root, "--keep-directory-symlink", "--no-same-owner", ...left]);
  rmSync(tar);
}
