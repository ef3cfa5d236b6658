import { interpolate } from "./interpolate.ts";
import { parseCompose } from "./parse.ts";

/**
 * The images that compose files name, filled in from the environment, without doubles. Other than a plan it demands
 * nothing else of the files: they need not be fit to deploy.
 */
export function imagesOf(
  files: readonly { path: string; text: string }[],
  env: Record<string, string>,
): string[] {
  const images = new Map<string, string>();
  for (const { path, text } of files) {
    const { root } = interpolate(parseCompose(text, path), env);
    const services = root.entries.get("services")?.value;
    if (services?.kind !== "map") continue;
    for (const [service, { value }] of services.entries) {
      const image = value.kind === "map" ? value.entries.get("image")?.value : undefined;
      if (image?.kind === "scalar" && typeof image.value === "string") images.set(service, image.value);
    }
  }
  return [...new Set(images.values())].filter((image) => image !== "");
}
