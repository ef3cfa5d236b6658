/**
 * All of a backup as one file for one person: agreed to, through a link that works once. Who may have it is in the
 * audit; links and passphrases are in memory alone, so after a restart the command is said again.
 */
import { createCipheriv, pbkdf2Sync, randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { sha256 } from "../core/canonical.ts";
import { durationMs } from "../core/clock.ts";
import { newToken } from "../core/ids.ts";
import { downloadSpent } from "../core/problems/restoring.ts";
import type { ServerName } from "../core/terms.ts";
import { tarWith } from "../swarm/index.ts";
import { noteFile, noteOf } from "./download-note.ts";
import { inHelper, type Inside } from "./helping.ts";
import { placeOf } from "./listing.ts";
import { containersFolder } from "./manifest.ts";
import type { Ground } from "./open.ts";
import { snapshotBeside, snapshotOfVolume, volumesMeant, withManifest } from "./read-manifest.ts";
import { chosen } from "./restoring.ts";
import type { Download, Downloading, DownloadWish } from "./restoring-types.ts";
import type { Backup, Manifest } from "./types.ts";
import { onlyMembers } from "./tar-members.ts";

export const downloadMinutes = 60;
const allowed = "backup.download-allowed";
const spent = "backup.downloaded";
const mostEntries = 500;
/** By then a helper has ended by itself. */
const longestMs = durationMs("1d");

/**
 * As `openssl enc -aes-256-cbc -pbkdf2 -iter 600000` writes it (openssl-enc(1)): `Salted__`, eight bytes of salt, then
 * the text; key and vector from PBKDF2 with SHA-256. OWASP's count for that hash in 2023.
 */
export const iterations = 600_000;

interface Link extends Download {
  run: string;
  passphrase: string | null;
  until: number;
}

export function openDownloading(ground: Ground): Downloading {
  const { audit, clock, records, publicUrl } = ground;
  const links = new Map<string, Link>();
  const handing: Handing = { ...ground, begunHere: new Set() };
  const find = (token: string): Link | undefined => {
    const link = links.get(sha256(token));
    return link !== undefined && link.until > clock.now() ? link : undefined;
  };
  return {
    allowDownload(wish, { id, askedBy }) {
      const { app } = records.get(wish.backup);
      const until = clock.now() + downloadMinutes * 60_000;
      const { backup, volume = null, plain } = wish;
      const details = { run: id, backup, volume, plain, member: askedBy, until };
      audit.append({ who: askedBy ?? "schedule", what: allowed, subject: app, details });
    },
    isDownloadAllowed: (member, wish) => allowedFor(ground, member, wish) !== undefined,
    downloadLink(member, wish) {
      const found = allowedFor(ground, member, wish);
      if (found === undefined) throw downloadSpent({ minutes: downloadMinutes });
      // A link that was given before, and a passphrase with it, count no more.
      for (const [hash, link] of links)
        if (link.run === found.run || link.until <= clock.now()) links.delete(hash);
      const token = newToken();
      const passphrase = wish.plain ? null : newPassphrase();
      const { app } = records.get(wish.backup);
      const name = `${app}-${wish.backup}.tar.gz${wish.plain ? "" : ".enc"}`;
      links.set(sha256(token), {
        ...wish,
        app,
        member,
        name,
        run: found.run,
        passphrase,
        until: found.until,
      });
      const link = new URL(`download?token=${token}`, `${publicUrl.replace(/\/$/, "")}/`).href;
      return { link, passphrase, name };
    },
    findDownload: (token) => find(token),
    async openDownload(token) {
      const link = find(token);
      if (link === undefined) throw downloadSpent({ minutes: downloadMinutes });
      links.delete(sha256(token));
      try {
        const stream = await begun(handing, link);
        const { run, backup, app, member } = link;
        audit.append({ who: member, what: spent, subject: app, details: { run, backup } });
        return { name: link.name, stream };
      } catch (thrown) {
        links.set(sha256(token), link);
        throw thrown;
      }
    },
  };
}

/** What was allowed to this person and not used up, by the audit. */
function allowedFor(
  { audit, clock, records }: Ground,
  member: string,
  { backup, volume, plain }: DownloadWish,
): Allowed | undefined {
  const said = audit.list({ subject: records.get(backup).app, limit: mostEntries });
  const runs = said.filter(({ what }) => what === spent).map(({ details }) => (details as Allowed).run);
  return said
    .filter(({ what }) => what === allowed)
    .map(({ details }) => details as Allowed)
    .find(
      (one) =>
        one.member === member &&
        one.backup === backup &&
        one.volume === (volume ?? null) &&
        one.plain === plain &&
        one.until > clock.now() &&
        !runs.includes(one.run),
    );
}

interface Allowed {
  run: string;
  backup: string;
  volume: string | null;
  plain: boolean;
  member: string;
  until: number;
}

const letters = "abcdefghijkmnpqrstuvwxyz23456789";

/** 25 letters of 32 without those that look alike: 125 bits, in fives to be read aloud. */
function newPassphrase(): string {
  const word = (): string =>
    Array.from({ length: 5 }, () => letters.charAt(randomInt(letters.length))).join("");
  return Array.from({ length: 5 }, word).join("-");
}

interface Handing extends Ground {
  /** Runs whose downloads this life of the process has begun: their helpers are closed by themselves. */
  begunHere: Set<string>;
}

/** The file, once its first bytes are there: until then what stands in the way can still be said. */
async function begun(handing: Handing, link: Link): Promise<Readable> {
  const out = new PassThrough();
  const zipped = createGzip({ level: 1 });
  const sealed = link.passphrase === null ? zipped : zipped.pipe(sealing(link.passphrase, out));
  sealed.pipe(out);
  // Who reads it is told by the end that does not come; nobody else may be startled by it.
  out.on("error", () => undefined);
  const stop = new AbortController();
  out.once("close", () => stop.abort(new Error("whoever downloaded it has gone")));
  await new Promise<void>((begin, fail) => {
    zipped.once("readable", () => begin());
    written(handing, link, zipped, stop.signal).then(
      () => void zipped.end(),
      (thrown: unknown) => {
        const broken = thrown instanceof Error ? thrown : new Error(String(thrown));
        // After the first bytes this ends the file short, which its reader sees.
        out.destroy(broken);
        fail(broken);
      },
    );
  });
  return out;
}

/** The header goes out by itself, because a cipher writes its text only. */
function sealing(passphrase: string, out: PassThrough) {
  const salt = randomBytes(8);
  const derived = pbkdf2Sync(passphrase, salt, iterations, 48, "sha256");
  out.write(Buffer.concat([Buffer.from("Salted__"), salt]));
  return createCipheriv("aes-256-cbc", derived.subarray(0, 32), derived.subarray(32));
}

/** One tar from all snapshots, each of which restic gives as a tar of its own. */
async function written(
  ground: Handing,
  wish: Link,
  into: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<void> {
  const backup = chosen(ground, wish.app, wish.backup);
  const server = ground.apps.find(wish.app)?.server ?? backup.server;
  await dropLeft(ground, wish, server);
  const put = async (bytes: Buffer): Promise<void> => {
    if (!into.write(Buffer.from(bytes))) await Promise.race([once(into, "drain"), aborted(signal)]);
    signal.throwIfAborted();
  };
  const handOut = async ({ restic }: Inside, parts: readonly Part[]): Promise<void> => {
    for (const { snapshot, folder } of parts) {
      const members = onlyMembers(put);
      await restic.run("hand out a backup", ["dump", snapshot, folder], { onStdout: members.write, signal });
      members.end();
    }
  };
  const at = { server, run: helperRun(wish.run), signal };
  if (!wish.plain && wish.volume === undefined) {
    const repository = ground.repositories.reachedFrom(backup.repository, backup.app, server);
    await inHelper(ground.helping, { ...at, node: null, repository }, (inside) =>
      handOut(inside, all(backup)),
    );
  } else {
    await withManifest(ground, backup, at, async (manifest, inside) => {
      const isWhole = wish.volume === undefined;
      const volumes = volumesMeant(backup, manifest, wish.volume);
      const note = Buffer.from(noteOf(backup, manifest, { volumes, isWhole }));
      const members = onlyMembers(put);
      await members.write(tarWith(noteFile, note));
      members.end();
      await handOut(inside, isWhole ? inLayout(backup, manifest) : ofVolumes(backup, volumes));
    });
  }
  await put(Buffer.alloc(1024));
}

function helperRun(run: string): string {
  return `${run}-download`;
}

/**
 * Ends what an earlier life has left of this download, and of others of the app: once first bytes have gone out, one is
 * never begun again under its own run. Where nobody asks anew, the night's forget meets its lock and ends it.
 */
async function dropLeft(
  { audit, clock, servers, begunHere }: Handing,
  { app, run }: Link,
  server: ServerName,
): Promise<void> {
  const left = audit
    .list({ subject: app, limit: mostEntries })
    .filter(({ what }) => what === allowed)
    .map(({ details }) => details as Allowed)
    .filter((one) => one.until + longestMs > clock.now() && !begunHere.has(one.run));
  begunHere.add(run);
  const swarm = servers.swarmOf(server);
  for (const one of new Set([run, ...left.map((each) => each.run)]))
    await swarm.dropHelpers(helperRun(one), [null]);
}

/** Rejects when the reader has gone, who would never let the next byte through. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, failed) => {
    if (signal.aborted) failed(signal.reason as Error);
    signal.addEventListener("abort", () => failed(signal.reason as Error), { once: true });
  });
}

/** What restic is asked for as one tar. */
interface Part {
  snapshot: string;
  folder: string;
}

function all({ snapshots }: Backup): Part[] {
  return snapshots.map(({ id }) => ({ snapshot: id, folder: "/" }));
}

function ofVolumes(backup: Backup, volumes: Manifest["volumes"]): Part[] {
  return volumes.map((one) => ({ snapshot: snapshotOfVolume(backup, one), folder: placeOf(one.name) }));
}

/**
 * In the layout of the label specification, without its secrets. Files of containers have no place in that layout:
 * they lie where they lie in the repository.
 */
function inLayout(backup: Backup, { containerPaths }: Manifest): Part[] {
  const parts = backup.snapshots.flatMap(({ id, kind, volumes }): Part[] => {
    if (kind === "dump") return [{ snapshot: id, folder: "/" }];
    return volumes.length > 0 ? [{ snapshot: id, folder: "/var/lib/docker/volumes" }] : [];
  });
  const hosts = [...new Set(containerPaths.map(({ hostname }) => hostname))];
  const beside = hosts.map((host) => ({
    snapshot: snapshotBeside(backup, host),
    folder: containersFolder,
  }));
  return [...parts, ...beside];
}
