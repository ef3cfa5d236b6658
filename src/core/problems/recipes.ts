import { problem } from "../problem.ts";

export const recipeUnknown = problem(
  "recipe-unknown",
  ({ recipe, nearest }: { recipe: string; nearest?: string | undefined }) => ({
    happened: `There is no recipe ${recipe} here.`,
    means: "Only recipes that an operator has named in the settings, or as a catalogue, can be deployed.",
    remedy:
      nearest === undefined
        ? "See which there are: `recipe list`, or look for one: `recipe search <words>`"
        : `The nearest is ${nearest}: \`recipe show ${nearest}\``,
  }),
  { recipe: "nextclod", nearest: "nextcloud" },
);

export const recipeVersionUnknown = problem(
  "recipe-version-unknown",
  ({ recipe, version, nearest }: { recipe: string; version: string; nearest: readonly string[] }) => ({
    happened: `The recipe ${recipe} has no version ${version}.`,
    means:
      nearest.length === 0
        ? "Its repository has no version tag at all, so nothing of it can be deployed."
        : `The nearest it has: ${nearest.join(", ")}.`,
    remedy: `See all of them: \`recipe show ${recipe}\``,
  }),
  { recipe: "nextcloud", version: "5.1.0+29.0.9", nearest: ["5.1.0+29.0.1", "5.0.2+28.0.6"] },
);

export const recipeCommitUnknown = problem(
  "recipe-commit-unknown",
  ({ recipe, commit }: { recipe: string; commit: string }) => ({
    happened: `The recipe ${recipe} has no commit ${commit} on its default branch or under a tag.`,
    means: "What is not in its repository cannot be deployed; nothing was changed.",
    remedy: "Push it there first, or leave the commit out to take the head of the default branch.",
  }),
  { recipe: "nextcloud", commit: "3f2a91c0" },
);

export const recipeWithoutVersions = problem(
  "recipe-without-versions",
  ({ recipe }: { recipe: string }) => ({
    happened: `The recipe ${recipe} has no published version.`,
    means: "Tandem deploys only versions with a tag, so that everyone can see later what ran.",
    remedy: "Ask its maintainers for a release, or tag one in its repository.",
  }),
  { recipe: "nextcloud" },
);

export const recipeUnreachable = problem(
  "recipe-unreachable",
  ({ recipe, source, reason }: { recipe: string; source: string; reason: string }) => ({
    happened: `The repository of the recipe ${recipe} cannot be read: ${reason}.`,
    means: `It is expected at ${source}, and there is no earlier copy to go on with.`,
    remedy:
      "An operator checks the address under `recipes` in the settings and whether the server can reach it.",
  }),
  { recipe: "nextcloud", source: "https://git.example.coop/nextcloud.git", reason: "repository not found" },
);

export const recipeIncomplete = problem(
  "recipe-incomplete",
  ({ recipe, version, file }: { recipe: string; version: string; file: string }) => ({
    happened: `The recipe ${recipe} ${version} has no ${file}.`,
    means: "Without it the app cannot be set up or deployed.",
    remedy: "Take another version, or tell the recipe's maintainers.",
  }),
  { recipe: "nextcloud", version: "5.1.0+29.0.1", file: "compose.yml" },
);

export const recipeFileUnreadable = problem(
  "recipe-file-unreadable",
  ({ file, reason }: { file: string; reason: string }) => ({
    happened: `${file} of the recipe cannot be read: ${reason}.`,
    means: "Nothing was deployed and nothing was changed.",
    remedy: "Take another version, or tell the recipe's maintainers what it says here.",
  }),
  { file: "compose.yml", reason: "Map keys must be unique at line 3, column 1" },
);

export const gitMissing = problem(
  "git-missing",
  () => ({
    happened: "The program git is not installed where Tandem runs.",
    means: "Recipes come from git repositories, so none can be read.",
    remedy: "An operator installs it: `apt-get install git`",
  }),
  {},
);

export const settingsTooLarge = problem(
  "settings-too-large",
  ({ limit }: { limit: number }) => ({
    happened: `The settings are longer than ${limit} characters.`,
    means: "A file of that size is not a file of settings; nothing was read from it.",
    remedy: "Look for lines that repeat or double each other, and shorten them.",
  }),
  { limit: 262144 },
);

export const settingSwallowed = problem(
  "setting-swallowed",
  ({ key, line }: { key: string; line: number }) => ({
    happened: `${key} cannot be set: the settings around line ${line} are not closed properly.`,
    means:
      "A quote or a backslash at the end of a line would have swallowed the change; nothing was changed.",
    remedy: "Set the value on the line before it anew, then this one again.",
  }),
  { key: "SMTP_HOST", line: 12 },
);

export const secretVersionMissing = problem(
  "secret-version-missing",
  ({ secret, setting }: { secret: string; setting: string }) => ({
    happened: `The secret ${secret} has no version: the setting ${setting} is empty.`,
    means: "The version is part of the secret's name in the swarm, so it cannot be found or made.",
    remedy: `Set it to v1, as the recipe's sample settings do: ${setting}=v1`,
  }),
  { secret: "db_password", setting: "SECRET_DB_PASSWORD_VERSION" },
);

export const secretLengthUnfit = problem(
  "secret-length-unfit",
  ({ setting, length, least, most }: { setting: string; length: string; least: number; most: number }) => ({
    happened: `The comment of ${setting} asks for a secret of length=${length}.`,
    means: `A secret has between ${least} and ${most} letters; none was made.`,
    remedy: `Change the comment behind ${setting}, such as # length=32`,
  }),
  { setting: "SECRET_DB_PASSWORD_VERSION", length: "2", least: 5, most: 1024 },
);

export const secretCharsetUnknown = problem(
  "secret-charset-unknown",
  ({ setting, charset }: { setting: string; charset: string }) => ({
    happened: `The comment of ${setting} asks for charset=${charset}, which Tandem does not know.`,
    means: "The secret would be made of letters that the app may not take; none was made.",
    remedy: "It knows default, hex, alnum, special and safespecial; several are joined by commas.",
  }),
  { setting: "SECRET_KEY_VERSION", charset: "base64" },
);
