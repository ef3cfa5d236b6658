import { RecipeVersion } from "../../../core/terms.ts";
import { readReadme } from "../../readme.ts";
import type { Rule } from "../types.ts";

const metadata = ["category", "status", "image", "healthcheck", "backups", "email", "tests", "sso"];
const noCatalogue = "no catalogue is at hand";

export const abraPublished: Rule[] = [
  {
    id: "R006",
    severity: "warn",
    asks: "the catalogue knows a published version",
    fix: "Publish a version (`tandem recipe release`) and have the catalogue made anew.",
    check({ catalogue }) {
      if (catalogue === null) return { skipped: noCatalogue };
      if (catalogue.entry === null) return [{ where: "", what: "The catalogue does not know this recipe." }];
      return catalogue.entry.newest === null
        ? [{ where: "", what: "The catalogue knows no version of it." }]
        : [];
    },
  },
  {
    id: "R007",
    severity: "warn",
    asks: "the README has its metadata",
    fix: "List them between <!-- metadata --> and <!-- endmetadata -->, such as - **Category**: Apps",
    check({ files }) {
      const readme = files.get("README.md");
      if (readme === undefined) return [{ where: "README.md", what: "There is no README.md." }];
      const facts = readReadme(readme).metadata;
      const missing = metadata.filter((name) => (facts[name] ?? "") === "");
      return missing.length === 0 ? [] : [{ where: "README.md", what: `It lacks ${missing.join(", ")}.` }];
    },
  },
  {
    id: "R013",
    severity: "warn",
    asks: "its repository is at git.coopcloud.tech",
    fix: "Move or mirror it there if it shall be everybody's; leave it if it is your co-op's own.",
    check({ catalogue }) {
      if (catalogue === null) return { skipped: noCatalogue };
      const repository = catalogue.entry?.repository;
      if (repository === undefined) return [{ where: "", what: "The catalogue knows no repository of it." }];
      const isThere = /^(https:\/\/|ssh:\/\/(\w+@)?|\w+@)git\.coopcloud\.tech[:/]/.test(repository);
      return isThere ? [] : [{ where: "", what: `Its repository is ${repository}.` }];
    },
  },
  {
    id: "R014",
    severity: "error",
    asks: "version tags are annotated",
    fix: "Make it again with a message: git tag --annotate --force <version> <version>^{commit}",
    check({ tags }) {
      if (tags === null) return { skipped: "it is no git repository" };
      const light = tags.filter(
        ({ name, isAnnotated }) => !isAnnotated && RecipeVersion.safeParse(name).success,
      );
      return light.map(({ name }) => ({
        where: "",
        what: `The tag ${name} is a light one, without author and day.`,
      }));
    },
  },
  {
    id: "R016",
    severity: "info",
    asks: "(what abra asks here is not known to us)",
    fix: "Run abra recipe lint beside this.",
    check: () => ({ skipped: "what abra asks here is not known to us" }),
  },
];
