/** A stack as abra deploys it, by the docker CLI: labels, settings shown to `app`, secrets without labels. */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { envValues } from "../../src/recipes/index.ts";
import type { TestDocker } from "./docker/index.ts";
import { temporaryFolder } from "../recipes/repository.ts";

export const cli = ["/usr/local/bin/docker", "/usr/bin/docker"].find((file) => existsSync(file));

export interface AbraWay {
  /** `docker stack deploy` of the recipe's files with what abra adds to them; waits for nothing. */
  deploy(what: { stack: string; recipe: string; version: string; compose: string; env: string }): void;
  /** `docker secret create`, as `abra app secret insert` does it. */
  secret(name: string, value: string): void;
}

export function abraWay(docker: TestDocker): AbraWay {
  const run = (args: string[], env: Record<string, string>, input = ""): void => {
    const own = {
      PATH: process.env["PATH"] ?? "",
      HOME: tmpdir(),
      DOCKER_HOST: `unix://${docker.socketPath}`,
    };
    execFileSync(cli ?? "docker", args, { env: { ...own, ...env }, input, stdio: ["pipe", "pipe", "pipe"] });
  };
  return {
    secret: (name, value) => run(["secret", "create", name, "-"], {}, value),
    deploy({ stack, recipe, version, compose, env }) {
      const dir = temporaryFolder();
      const settings = { ...envValues(env), STACK_NAME: stack };
      const prefix = `coop-cloud.${stack}`;
      const labels = {
        [`${prefix}.recipe`]: recipe,
        [`${prefix}.version`]: version,
        [`${prefix}.chaos`]: "false",
      };
      // What is in the file already wins in abra's code; here such settings are left out.
      const shown = Object.entries(settings).filter(([key]) => !new RegExp(`- ${key}\\b`).test(compose));
      // `$` would be filled in by the CLI once more.
      const environment = Object.fromEntries(
        shown.map(([key, value]) => [key, value.replaceAll("$", "$$$$")]),
      );
      writeFileSync(path.join(dir, "compose.yml"), compose);
      const overlay = { version: "3.8", services: { app: { environment, deploy: { labels } } } };
      writeFileSync(path.join(dir, "abra.yml"), stringify(overlay));
      const files = ["-c", path.join(dir, "compose.yml"), "-c", path.join(dir, "abra.yml")];
      run(["stack", "deploy", "--detach=true", ...files, stack], settings);
    },
  };
}
