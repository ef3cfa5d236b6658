/** Files from and into the containers of a stack, through the node that runs them. */
import { posix } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { fileTooLarge, pathNotThere } from "../core/problems/swarm.ts";
import { statusOf, type Engine } from "./engine/connect.ts";
import { runningContainer } from "./exec.ts";
import { firstFile, tarWith } from "./tar.ts";

/** A file on its way between a container and people. */
export interface ContainerFile {
  /** Without folders. */
  name: string;
  bytes: Buffer;
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

/** Writes a file: into the folder when `path` ends with a slash, else under the name at the end of `path`. */
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
  await absentOr({ stack, service, path: folder }, () =>
    there.engine.ask(`write ${path} in ${stack}_${service}`, async () => {
      const container = there.engine.streams.getContainer(there.container);
      await container.putArchive(tarWith(name, file.bytes), { path: folder });
    }),
  );
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
