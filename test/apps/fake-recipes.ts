/**
 * One recipe in three versions, without git: the files lie in a temporary folder that all tests of a file
 * share.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { recipeCommitUnknown, recipeUnknown, recipeVersionUnknown } from "../../src/core/problems/recipes.ts";
import { RecipeName, RecipeVersion } from "../../src/core/terms.ts";
import type { Recipes } from "../../src/recipes/index.ts";
import { writeFiles } from "../recipes/repository.ts";

export const notes = RecipeName.parse("notes");
export const v = (text: string): RecipeVersion => RecipeVersion.parse(text);
/** Newest first; the newest is a preview. */
export const versions = ["2.0.0-rc1+2.0", "1.1.0+1.1", "1.0.0+1.0"].map(v);

export const envSample = `TYPE=notes
DOMAIN=notes.example.com
TITLE='Our notes' # on top
SMTP_PASSWORD=
SECRET_DB_PASSWORD_VERSION=v1 # length=40 charset=hex
SECRET_TOKEN_VERSION=v1
`;

const compose = `
services:
  app:
    image: notes:\${IMAGE_TAG}
    secrets: [db_password, token]
  db:
    image: db:1
secrets:
  db_password:
    external: true
    name: \${STACK_NAME}_db_password_\${SECRET_DB_PASSWORD_VERSION}
  token:
    external: true
    name: \${STACK_NAME}_token_\${SECRET_TOKEN_VERSION}
`;

/** What comes after the newest release. */
export const head = {
  commit: "3f2a91c0aa11bb22cc33dd44ee55ff6677889900",
  short: "3f2a91c0",
  subject: "try the new editor",
  tags: [],
};
/** Functions of the recipe: one for people, one for itself. */
export const abraScript = `export IMAGE_TAG=none

greet() {
  echo "hello $1 from $STACK_NAME"
}

function migrate {
  greet "$@"
}

_quietly () { "$@" >/dev/null; }
`;

export interface FakeRecipes extends Recipes {
  /** Folders that were checked out and not released. */
  readonly open: Set<string>;
  /** What is said about the age of the mirror. */
  stale: string | null;
  commit: string;
}

export function fakeRecipes(): FakeRecipes {
  const dir = mkdtempSync(path.join(tmpdir(), "tandem-apps-"));
  writeFiles(dir, { "compose.yml": compose, "compose.more.yml": "", ".env.sample": envSample });
  writeFiles(dir, { "abra.sh": abraScript });
  const open = new Set<string>();
  const known = (name: RecipeName): void => {
    if (name !== notes) throw recipeUnknown({ recipe: name });
  };
  return {
    open,
    stale: null,
    commit: "c0ffee",
    list: () => Promise.resolve([]),
    show: () => Promise.reject(new Error("not here")),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async versions(name) {
      known(name);
      return versions;
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async refresh(name) {
      known(name);
      return { fetchedAt: 0, stale: this.stale };
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async checkout(name, version, key) {
      known(name);
      if (!versions.includes(version))
        throw recipeVersionUnknown({ recipe: name, version, nearest: versions });
      open.add(key);
      return {
        dir,
        version,
        commit: this.commit,
        envSample,
        notes: { "1.1.0+1.1": "Faster.", "2.0.0-rc1+2.0": "Everything is new." },
        exports: { IMAGE_TAG: version.split("+")[1] ?? "" },
      };
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async commitOf(name, wanted) {
      known(name);
      if (wanted !== undefined && !head.commit.startsWith(wanted))
        throw recipeCommitUnknown({ recipe: name, commit: wanted });
      return head;
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async checkoutCommit(name, commit, key) {
      known(name);
      open.add(key);
      return { dir, version: head.short, commit, envSample, notes: {}, exports: { IMAGE_TAG: "head" } };
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async release(key) {
      open.delete(key);
    },
    catalogue: () => Promise.resolve(null),
    search: () => Promise.reject(new Error("not here")),
    history: () => Promise.reject(new Error("not here")),
    compare: () => Promise.reject(new Error("not here")),
    lint: () => Promise.reject(new Error("not here")),
  };
}
