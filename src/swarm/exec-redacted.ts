/** Commands in containers whose output people will read: the container's own secrets are taken out of it. */
import { redact } from "../core/secret.ts";
import { looksSecret } from "../recipes/index.ts";
import type { Engine } from "./engine/connect.ts";
import { execIn } from "./exec.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import type { ExecRequest, ExecResult } from "./types.ts";

/** Shorter values stand in ordinary words; hiding them would make the output unreadable. */
const shortestHidden = 6;

/**
 * As `execIn`, with every value hidden that the service has as a secret of the swarm or as a setting whose name
 * looks like a password. They are read inside the container and kept only until the output has been cleaned.
 * What a command encodes or cuts up is not recognised.
 */
export async function execRedacted(
  engine: Engine,
  stack: string,
  service: string,
  request: ExecRequest,
): Promise<ExecResult> {
  const hidden = await valuesToHide(engine, stack, service);
  const result = await execIn(engine, stack, service, request);
  const output = hidden.reduce((text, value) => text.replaceAll(value, "•••"), result.output);
  return { ...result, output: redact(output) };
}

async function valuesToHide(engine: Engine, stack: string, service: string): Promise<string[]> {
  const services = await engine.services({ label: [`${namespaceLabel}=${stack}`] });
  const container = services.find(({ Spec }) => shortName(stack, Spec.Name) === service)?.Spec.TaskTemplate
    .ContainerSpec;
  const settings = (container?.Env ?? []).flatMap((line) => {
    const [key = "", ...value] = line.split("=");
    return looksSecret(key) ? [value.join("=")] : [];
  });
  const files = (container?.Secrets ?? []).map(({ File, SecretName }) => File?.Name ?? SecretName);
  const secrets = await Promise.all(
    files.map(async (name) => {
      const path = name.startsWith("/") ? name : `/run/secrets/${name}`;
      // An image without `cat` cannot show the file with it either.
      const read = await execIn(engine, stack, service, { argv: ["cat", path], user: "0" });
      return read.exitCode === 0 ? read.output : "";
    }),
  );
  return [...settings, ...secrets.flatMap((text) => [text, text.trimEnd()])]
    .filter((value) => value.length >= shortestHidden)
    .sort((a, b) => b.length - a.length);
}
