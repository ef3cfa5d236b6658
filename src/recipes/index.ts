// Recipes: packaged apps in the form of Co-op Cloud, read from git repositories that an operator named, one by one or
// as a catalogue, and looked at with rules (lint/); for maintainers also made, and released (maintain/).
// A bare mirror each (readable offline), the files of one version in a folder per run, versions by tag.
// Also the formats that come with them: `.env` files, exports of abra.sh (read, never run), release notes,
// and the random values of new secrets. Nothing here talks to a swarm or knows which apps there are.
export { openRecipes, type RecipesOptions } from "./open.ts";
export { envValues, parseEnv, setEnv, unsetEnv, type EnvEntry } from "./env-file.ts";
export { lookAtCatalogue } from "./catalogue/open.ts";
export { databaseIn, holdsDatabases, type DatabaseKind } from "./database-images.ts";
export { readExports } from "./abra-exports.ts";
export { readFunctions } from "./abra-functions.ts";
export { configSettings } from "./config-settings.ts";
export { generateSecret } from "./generate-secret.ts";
export { looksSecret } from "./looks-secret.ts";
export { wantedSecrets, type WantedSecret } from "./secrets.ts";
export { compareVersions, isMajor, isPreview, newestRelease, notesBetween } from "./versions.ts";
export { isBeyond, migrationWords, newestWithin, stepBetween, type StepSize } from "./step-size.ts";
export { lintRecipe } from "./lint/lint.ts";
export { rules } from "./lint/rules/index.ts";
export type * from "./types.ts";
