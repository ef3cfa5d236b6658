/**
 * Compose files as payloads of the Docker Swarm API, equal to what `docker stack deploy` sends for them.
 * Pure on purpose: text, environment and a way to read files come in, payloads and warnings go out, so that a plan
 * can be made, shown and compared without an engine. The dialect is that of the docker CLI (version 3.0 to 3.13),
 * not the newer one of `docker compose`; the CLI itself is the oracle in test/real/compose-oracle.test.ts.
 */
export { convert, type Converted, type ConvertOptions } from "./convert/convert.ts";
export { interpolate } from "./interpolate.ts";
export { loadStack, mergeFiles } from "./load-stack.ts";
export { refuseOwnMounts } from "./own-mounts.ts";
export { mergeCompose } from "./merge/compose.ts";
export { parseCompose } from "./parse.ts";
export { printCompose } from "./print/compose.ts";
export { yamlText } from "./print/yaml.ts";
export { readCompose, type Surroundings } from "./read-compose.ts";
export type { ComposeConfig } from "./config.ts";
export type { ComposeDocument } from "./node.ts";
export type * from "./types.ts";
