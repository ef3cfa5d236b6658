import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type Docker from "dockerode";
import { busyboxMissing } from "../core/problems/demo.ts";
import { installPackages } from "./engine.ts";

/** The image of the sample recipe, as its compose file names it. */
export const demoImage = "tandem/custom-html:1.0.0";

/**
 * Builds the sample's image from nothing but a static busybox: no registry and no network is needed. Fails when
 * this system has no static busybox and none may be installed.
 */
export async function buildImage(docker: Docker, context: string, mayInstall: boolean): Promise<void> {
  const busybox = await staticBusybox(mayInstall);
  const folder = await mkdtemp(path.join(tmpdir(), "tandem-demo-image-"));
  try {
    await copyFile(path.join(context, "Dockerfile"), path.join(folder, "Dockerfile"));
    await copyFile(busybox, path.join(folder, "busybox"));
    const stream = await docker.buildImage(
      { context: folder, src: ["Dockerfile", "busybox"] },
      { t: demoImage, networkmode: "none" },
    );
    await finished(docker, stream);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function staticBusybox(mayInstall: boolean): Promise<string> {
  for (const file of ["/bin/busybox", "/usr/bin/busybox"]) if (await isStatic(file)) return file;
  if (!mayInstall || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw busyboxMissing({});
  }
  await installPackages(["busybox-static"]);
  return "/bin/busybox";
}

/** A program that names no loader (ELF segment PT_INTERP) needs no other file. */
async function isStatic(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  const start = await readFile(file);
  return !start.subarray(0, 4096).includes("/ld-linux") && !start.subarray(0, 4096).includes("/ld-musl");
}

function finished(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((done, failed) => {
    docker.modem.followProgress(stream, (thrown: Error | null, lines: { error?: string }[] | null) => {
      const refused = lines?.find((line) => line.error !== undefined)?.error;
      if (thrown !== null) failed(thrown);
      else if (refused !== undefined) failed(new Error(refused));
      else done();
    });
  });
}
