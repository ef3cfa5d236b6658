/** Repositories: where they may be, whether they open, and making a new one. */
import { Problem } from "../core/problem.ts";
import { repositoryNotThere } from "../core/problems/backups.ts";
import { repositoryBusy } from "../core/problems/backup-care.ts";
import { repositoryExists, repositoryLocationUnknown } from "../core/problems/backup-taking.ts";
import type { ServerName } from "../core/terms.ts";
import { inHelper } from "./helping.ts";
import type { Ground } from "./open.ts";
import { accessOf, sftpAddress } from "./restic/access.ts";
import type { Restic } from "./restic/run.ts";
import { snapshotsWith } from "./restic/snapshots.ts";
import type { Backup, Repository, RepositoryCare, RepositoryWish } from "./types.ts";

/** From here a repository is opened that every server can reach. */
const here = "local" as ServerName;

export function openRepositoryCare(ground: Ground): RepositoryCare {
  const { repositories, servers, helping } = ground;
  return {
    repositories: () => repositories.list(),
    repository: (name) => repositories.get(name),
    assertAddable(wish) {
      const taken = repositories.find(wish.name);
      if (taken !== undefined) throw repositoryExists({ repository: wish.name, location: taken.location });
      assertPlace(ground, wish);
    },
    assertChangeable(wish) {
      repositories.get(wish.name);
      newestIn(ground, wish.name);
      assertPlace(ground, wish);
    },
    newestIn: (name) => newestIn(ground, name),
    changeRepository: (who, repository, newest) =>
      ground.db.tx(() => {
        const { name } = repository;
        const now = newestIn(ground, name);
        if (now !== null && now !== newest)
          throw repositoryBusy({ repository: name, apps: [ground.records.get(now).app] });
        repositories.change(who, repository);
      }),
    async probeRepository({ location }) {
      if (!location.startsWith("sftp:")) return null;
      const { host, port } = sftpAddress(location);
      const { kind, fingerprint, known } = await servers.probe({ host, port });
      return { kind, fingerprint, line: `${port === 22 ? host : `[${host}]:${port}`} ${known}` };
    },
    async openRepository(repository, run, mayMake) {
      const use = useOf(repository, run);
      await servers.swarmOf(use.server).dropHelpers(run, [null]);
      return inHelper(helping, use, async ({ restic }) => {
        const isNew = !(await isThere(restic));
        if (isNew && !mayMake) throw notThere(repository);
        if (isNew) await restic.run("make the repository", ["init"]);
        const snapshots = isNew ? [] : await snapshotsWith(restic, []);
        const held = heldIn(ground, repository.name, new Set(snapshots.map(({ id }) => id)));
        return { isNew, snapshots: snapshots.length, locks: isNew ? [] : await locksIn(restic), ...held };
      });
    },
    addRepository: (who, repository, known = []) =>
      ground.db.tx(() => {
        repositories.put(who, repository);
        ground.records.takeBack(known, repository.name);
      }),
  };
}

/** Of backups that are away those that lie here, all that they consist of; of its own those that do not. */
function heldIn(
  { records }: Pick<Ground, "records">,
  name: string,
  there: ReadonlySet<string>,
): { known: string[]; missing: string[] } {
  const rows = records.list();
  const isHere = ({ snapshots }: Backup): boolean => snapshots.every(({ id }) => there.has(id));
  const known = rows.filter((one) => one.state === "away" && isHere(one));
  const own = rows.filter(
    ({ repository, state }) => repository === name && (state === "proven" || state === "doubtful"),
  );
  const missing = own.filter((one) => !isHere(one));
  return { known: known.map(({ id }) => id), missing: missing.map(({ id }) => id) };
}

/** As `RepositoryCare.newestIn`. */
function newestIn({ records }: Pick<Ground, "records">, name: string): string | null {
  const rows = records.list().filter(({ repository }) => repository === name);
  const underWay = rows.filter(({ state }) => state === "running").map(({ app }) => app);
  if (underWay.length > 0) throw repositoryBusy({ repository: name, apps: [...new Set(underWay)] });
  return rows[0]?.id ?? null;
}

function assertPlace({ servers }: Pick<Ground, "servers">, wish: RepositoryWish): void {
  if (wish.server !== null) servers.get(wish.server);
  assertLocation(wish);
  // Reads its files, so that one that is missing is told before anybody is asked.
  accessOf({ ...wish, hostKey: null });
}

function useOf(repository: Omit<Repository, "addedBy" | "addedAt">, run: string) {
  return { server: repository.server ?? here, node: null, run, repository };
}

function notThere({ name, location }: { name: string; location: string }): Problem {
  return repositoryNotThere({ repository: name, reason: `nothing of restic is at ${location}` });
}

/** Only "there is none" is an answer; what else hinders it is thrown. */
async function isThere(restic: Restic): Promise<boolean> {
  try {
    await restic.run("open the repository", ["--no-lock", "cat", "config"]);
    return true;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === repositoryNotThere.code) return false;
    throw thrown;
  }
}

interface Lock {
  time: string;
  exclusive: boolean;
  hostname: string;
  username: string;
  pid: number;
}

async function locksIn(restic: Restic): Promise<string[]> {
  const listed = await restic.run("list its locks", ["--no-lock", "list", "locks"]);
  const ids = listed.split("\n").filter((line) => /^[0-9a-f]{64}$/.test(line.trim()));
  const locks: string[] = [];
  for (const id of ids) {
    const ended = await restic.end(["--no-lock", "cat", "lock", id.trim()]);
    // One that was taken back meanwhile is no lock any more.
    if (ended.exitCode !== 0) continue;
    const { time, exclusive, hostname, username, pid } = JSON.parse(ended.stdout) as Lock;
    const kind = exclusive ? "an exclusive lock" : "a lock";
    locks.push(`${kind} of ${username} on ${hostname} (process ${pid}), since ${time.slice(0, 19)}`);
  }
  return locks;
}

function assertLocation({ location, keyFile, credentialsFile }: RepositoryWish): void {
  const refuse = (reason: string): Problem => repositoryLocationUnknown({ location, reason });
  if (location.startsWith("/")) {
    if (location.split("/").includes("..")) throw refuse("it goes up with `..`");
    return;
  }
  const [scheme = ""] = /^(sftp|s3|rest):./.exec(location) ?? [];
  if (scheme === "") throw refuse("it is neither a whole path nor begins with sftp:, s3: or rest:");
  if (scheme.startsWith("sftp")) {
    assertSftp(location, keyFile, refuse);
    return;
  }
  if (!/^(s3|rest):https?:\/\/[^/]+\/?/.test(location))
    throw refuse("it has no address such as https://host");
  if (/\/\/[^/]*@/.test(location))
    throw refuse("it has a password in it; put that into a --credentials-file");
  if (scheme.startsWith("s3") && credentialsFile === null) {
    throw refuse("s3 wants a --credentials-file, as AWS's programs read it");
  }
}

function assertSftp(location: string, keyFile: string | null, refuse: (reason: string) => Problem): void {
  if (keyFile === null) throw refuse("sftp wants a --key-file to log in with");
  let place: ReturnType<typeof sftpAddress>;
  try {
    place = sftpAddress(location);
  } catch {
    throw refuse("its address cannot be read");
  }
  // These words become part of the command that restic starts ssh with.
  const isPlain = /^[\w.:-]+$/.test(place.host) && !place.host.startsWith("-");
  if (!isPlain || !/^[\w.-]*$/.test(place.user ?? "") || (place.user ?? "").startsWith("-")) {
    throw refuse("its host or its account has unusual letters");
  }
}
