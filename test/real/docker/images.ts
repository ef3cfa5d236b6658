import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import { tarOf } from "./tar.ts";

const applets = ["sh", "httpd", "wget", "sleep", "echo", "cat", "true", "false", "date", "ls", "sync", "rm"];

const serve = 'echo "serving $(cat /www/version)"\nexec httpd -f -p 8080 -h /www\n';

/** What each test image does when it starts, by tag. `crash` dies a second after its start, saying why. */
export const startScripts: Record<string, string> = {
  "1.0.0": serve,
  "1.0.1": serve,
  crash: 'echo "starting"\necho "cannot reach the database at db:5432" >&2\nsleep 1\nexit 1\n',
};

/**
 * Makes a test image from nothing but a static busybox (no network, no builder): `start.sh` runs at start,
 * tags 1.0.0 and 1.0.1 serve a page on port 8080. `repository` is without tag.
 */
export async function makeImage(docker: Docker, repository: string, tag: string): Promise<void> {
  const text = (path: string, content: string) => ({ path, bytes: Buffer.from(content) });
  const archive = tarOf([
    ...["bin", "tmp", "www", "etc", "data"].map((path) => ({ path, folder: true as const, mode: 0o777 })),
    { path: "bin/busybox", bytes: readFileSync("/bin/busybox") },
    ...applets.map((name) => ({ path: `bin/${name}`, linkTo: "busybox" })),
    text("etc/passwd", "root:x:0:0:root:/:/bin/sh\n"),
    text("www/index.html", `<!doctype html><title>test</title>version ${tag}\n`),
    text("www/version", tag),
    text("start.sh", startScripts[tag] ?? serve),
  ]);
  const answer = await docker.importImage(
    archive as unknown as string,
    {
      repo: repository,
      tag,
      changes: ["ENV PATH=/bin", 'CMD ["/bin/sh", "/start.sh"]', "EXPOSE 8080"],
    } as object,
  );
  await finished(docker, answer);
}

/** Pushes to a registry without sign-in. */
export async function pushImage(docker: Docker, reference: string): Promise<void> {
  const answer = await docker
    .getImage(reference)
    .push({ authconfig: { username: "", password: "" } } as object);
  await finished(docker, answer);
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
