import { readFileSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { tarOf } from "../docker/tar.ts";

export const recipe = path.join(import.meta.dirname, "../../../recipes/custom-html");

/** Builds the image of the sample recipe under a name of this test's own: from a static busybox, without network. */
export async function buildPage(docker: Docker, image: string): Promise<void> {
  const context = tarOf([
    { path: "Dockerfile", bytes: readFileSync(path.join(recipe, "image/Dockerfile")), mode: 0o644 },
    { path: "busybox", bytes: readFileSync("/bin/busybox") },
  ]);
  const built = await docker.buildImage(context as unknown as string, { t: image });
  await new Promise<void>((done, failed) => {
    docker.modem.followProgress(built, (thrown: Error | null, lines: { error?: string }[] | null) => {
      const refused = lines?.find((line) => line.error !== undefined)?.error;
      if (thrown !== null) failed(thrown);
      else if (refused !== undefined) failed(new Error(refused));
      else done();
    });
  });
}
