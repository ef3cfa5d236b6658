// Registries: which tags an image has upstream, asked of the registry that its name says (the API of OCI
// distribution, v2). A room of its own because strangers' servers are asked here: each has its own pace, answers are
// kept and asked for again by ETag, sizes and times have limits, redirects are not followed, no account is used.
export { openRegistries, type RegistriesOptions } from "./open.ts";
export { imageName, repositoryOf, type ImageName } from "./image-name.ts";
export { newerTag } from "./newer-tag.ts";
export type * from "./types.ts";
