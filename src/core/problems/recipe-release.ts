/** A maintainer's own working copy of a recipe: what stands in the way of making or releasing a version. */
import { problem } from "../problem.ts";

const nothing = "Nothing was changed.";

export const recipeFolderNone = problem(
  "recipe-folder-none",
  ({ dir }: { dir: string }) => ({
    happened: `There is no recipe in ${dir}: it holds no compose.yml.`,
    means: "Without a compose file there is nothing to look at.",
    remedy: "Name the folder of a recipe, or make one: npx tandem recipe new <name>",
  }),
  { dir: "./forum" },
);

export const recipeFolderTaken = problem(
  "recipe-folder-taken",
  ({ dir }: { dir: string }) => ({
    happened: `${dir} is there already.`,
    means: `A new recipe is written into a folder of its own. ${nothing}`,
    remedy: "Take another name, or move that folder away first.",
  }),
  { dir: "./forum" },
);

export const recipeLabelNone = problem(
  "recipe-label-none",
  ({ file, add }: { file: string; add: string }) => ({
    happened: `The service app in ${file} has no list of deploy.labels that its version could stand in.`,
    means: `Tandem changes a value or adds one line, and leaves the rest as you wrote it. ${nothing}`,
    remedy: `Add it once by hand, under services.app: ${add}`,
  }),
  {
    file: "compose.yml",
    add: 'deploy: labels: - "coop-cloud.${STACK_NAME}.version=0.1.0+1.29.3"',
  },
);

export const recipeImageUnfit = problem(
  "recipe-image-unfit",
  ({ image }: { image: string }) => ({
    happened:
      image === ""
        ? "The service app in compose.yml has no image."
        : `The image of the service app, ${image}, has no tag that a version could carry.`,
    means: `A version is <recipe>+<tag of the main image>, such as 1.2.0+1.29.3. ${nothing}`,
    remedy: "Name the version of the image in compose.yml: image: nginx:1.29.3",
  }),
  { image: "nginx" },
);

export const recipeStepNone = problem(
  "recipe-step-none",
  ({ newest }: { newest: string }) => ({
    happened: `It was not said how large the step from ${newest} is.`,
    means: `Whoever upgrades reads from the version whether there is work to be done. ${nothing}`,
    remedy: "Say --major (people must do something), --minor (something new) or --patch (everything else).",
  }),
  { newest: "1.2.0+1.29.3" },
);

export const recipeTreeDirty = problem(
  "recipe-tree-dirty",
  ({ dir, files }: { dir: string; files: readonly string[] }) => ({
    happened: `The working copy ${dir} has changes that are not committed: ${files.join(", ")}.`,
    means: `They would not be in the release, or would be in it by accident. ${nothing}`,
    remedy: "Commit or stash them, then release again.",
  }),
  { dir: "./forum", files: ["compose.yml", "release/next"] },
);

export const recipeTagTaken = problem(
  "recipe-tag-taken",
  ({ version }: { version: string }) => ({
    happened: `The version ${version} has a tag already.`,
    means: `A version that was published is never changed: others may run it. ${nothing}`,
    remedy: "Make a new version: npx tandem recipe release <dir> --patch",
  }),
  { version: "1.2.0+1.29.3" },
);

export const recipeLintFailed = problem(
  "recipe-lint-failed",
  ({ version, findings }: { version: string; findings: readonly string[] }) => ({
    happened: `${version} was not released: ${findings.length} to mend. ${findings.join(" ")}`,
    means: `Deploys of it would fail or go wrong for everybody. ${nothing}`,
    remedy: "Mend it and commit; npx tandem recipe lint <dir> says how. Then release again.",
  }),
  { version: "1.3.0+1.29.3", findings: ["R009 compose.yml: No service is called app."] },
);

export const recipeGitFailed = problem(
  "recipe-git-failed",
  ({ doing, reason, left }: { doing: string; reason: string; left: string }) => ({
    happened: `git could not ${doing}: ${reason}.`,
    means: left,
    remedy: "Mend what git names, then say the command again.",
  }),
  { doing: "commit", reason: "please tell me who you are", left: "The files are as they were before." },
);
