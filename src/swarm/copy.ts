/** Files from and into the containers of a stack, through the node that runs them. */
import { posix } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { fileTooLarge, pathIsFolder, pathNotThere } from "../core/problems/swarm.ts";
import { statusOf, wordsOf, type Engine } from "./engine/connect.ts";
import { runningContainer } from "./exec.ts";
import { firstFile, tarWith } from "./tar.ts";

/** A file on its way between a container and people. */
export interface ContainerFile {
  /** Without folders. */
  name: string;
  bytes: Buffer;
}

/** What a file takes the place of. A link is not followed: the file is there in its stead. */
export interface Replaced {
  kind: "file" | "link" | "other";
  bytes: number;
}

/** What a room and a form can carry. */
export const mostFileBytes = 10 * 1024 * 1024;

/**
 * Reads a file, or a folder as `.tar.gz`. Throws `path-not-there` when there is neither, `file-too-large` above
 * 10 MB, and as `runningContainer`.
 */
export async function copyOut(
  engine: Engine,
  stack: string,
  service: string,
  path: string,
): Promise<ContainerFile> {
  const there = await runningContainer(engine, stack, service);
  const tar = await absentOr({ stack, service, path }, () =>
    there.engine.ask(`read ${path} in ${stack}_${service}`, async () => {
      const stream = await there.engine.streams.getContainer(there.container).getArchive({ path });
      return await limited(stream, path);
    }),
  );
  const name = posix.basename(posix.normalize(path)) || "files";
  const file = firstFile(tar);
  if (file !== undefined) {
    if (file.length > mostFileBytes) throw fileTooLarge({ file: path, mostMb: mostFileBytes / 1024 / 1024 });
    return { name, bytes: file };
  }
  const bytes = await promisify(gzip)(tar);
  if (bytes.length > mostFileBytes) throw fileTooLarge({ file: path, mostMb: mostFileBytes / 1024 / 1024 });
  return { name: `${name}.tar.gz`, bytes };
}

/** A file or folder as a tar that is read as it comes. Throws `path-not-there`, and as `runningContainer`. */
export async function archiveStreamed(
  engine: Engine,
  stack: string,
  service: string,
  path: string,
): Promise<Readable> {
  const there = await runningContainer(engine, stack, service);
  const stream = await absentOr({ stack, service, path }, () =>
    there.engine.ask(`read ${path} in ${stack}_${service}`, () =>
      there.engine.streams.getContainer(there.container).getArchive({ path }),
    ),
  );
  return stream instanceof Readable ? stream : Readable.from(stream);
}

/**
 * What a file that is written to this path of the newest running container takes the place of; null: nothing. Throws
 * `path-is-folder`, `path-not-there` when the folder around it is missing, and as `runningContainer`.
 */
export async function replacedBy(
  engine: Engine,
  stack: string,
  service: string,
  path: string,
): Promise<Replaced | null> {
  const there = await runningContainer(engine, stack, service);
  const look = (at: string): Promise<Standing> =>
    there.engine.ask(`look at ${at} in ${stack}_${service}`, async () =>
      standingIn(
        (await there.engine.docker.getContainer(there.container).infoArchive({ path: at })) as Headed,
      ),
    );
  const folder = posix.dirname(path);
  // With a slash at its end a link to a folder counts as the folder.
  await absentOr({ stack, service, path: folder }, () => look(posix.join(folder, "/")));
  try {
    const { kind, bytes } = await look(path);
    if (kind === "folder") throw pathIsFolder({ stack, service, path });
    return { kind, bytes };
  } catch (thrown) {
    if (statusOf(thrown) === 404) return null;
    throw thrown;
  }
}

interface Standing {
  kind: Replaced["kind"] | "folder";
  bytes: number;
}

/** An answer without a body, as dockerode gives it. */
interface Headed {
  headers: Record<string, string | undefined>;
}

/** Bits of Go's `os.FileMode`, in which the engine says what a path is (Docker Engine API, "ContainerArchiveInfo"). */
const [folderBit, linkBit, otherBits] = [0x8000_0000, 0x0800_0000, 0x0728_0000];

function standingIn({ headers }: Headed): Standing {
  const stat = Buffer.from(headers["x-docker-container-path-stat"] ?? "", "base64").toString();
  const { size, mode } = JSON.parse(stat) as { size: number; mode: number };
  const isAny = (bits: number): boolean => (mode & bits) !== 0;
  const kind = isAny(folderBit) ? "folder" : isAny(linkBit) ? "link" : isAny(otherBits) ? "other" : "file";
  return { kind, bytes: size };
}

/**
 * Writes a file: into the folder when `path` ends with a slash, else under the name at the end of `path`. A folder is
 * never replaced: throws `path-is-folder`, and as `copyOut`.
 */
export async function copyIn(
  engine: Engine,
  stack: string,
  service: string,
  path: string,
  file: ContainerFile,
): Promise<void> {
  if (file.bytes.length > mostFileBytes) {
    throw fileTooLarge({ file: file.name, mostMb: mostFileBytes / 1024 / 1024 });
  }
  const there = await runningContainer(engine, stack, service);
  const folder = path.endsWith("/") ? path : posix.dirname(path);
  const name = path.endsWith("/") ? posix.basename(file.name) : posix.basename(path);
  const write = (): Promise<void> =>
    there.engine.ask(`write ${path} in ${stack}_${service}`, async () => {
      const container = there.engine.streams.getContainer(there.container);
      // Without this the engine would remove a folder of that name, and everything in it.
      const options = { path: folder, noOverwriteDirNonDir: "true" };
      await container.putArchive(tarWith(name, file.bytes), options);
    });
  try {
    await absentOr({ stack, service, path: folder }, write);
  } catch (thrown) {
    if (!/cannot overwrite directory/i.test(wordsOf(thrown))) throw thrown;
    throw pathIsFolder({ stack, service, path }, thrown);
  }
}

/** A whole folder may be larger before it is packed; beyond this nothing is read any further. */
const mostTarBytes = 4 * mostFileBytes;

async function limited(stream: NodeJS.ReadableStream, file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostTarBytes) throw fileTooLarge({ file, mostMb: mostFileBytes / 1024 / 1024 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function absentOr<T>(
  where: { stack: string; service: string; path: string },
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    if (statusOf(thrown) !== 404) throw thrown;
    throw pathNotThere(where, thrown);
  }
}
