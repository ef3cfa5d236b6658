import { problem } from "../problem.ts";

const goesOn = "The recipes named in the settings can be used; those of the catalogue cannot be found.";

export const catalogueUnreachable = problem(
  "catalogue-unreachable",
  ({ source, reason }: { source: string; reason: string }) => ({
    happened: `The catalogue of recipes at ${source} cannot be had: ${reason}.`,
    means: `There is no earlier copy of it here. ${goesOn}`,
    remedy: "Try it later; an operator checks the address under `catalogue` in the settings.",
  }),
  { source: "https://recipes.example.coop/recipes.json", reason: "it did not answer in time" },
);

export const catalogueUnreadable = problem(
  "catalogue-unreadable",
  ({ source, reason }: { source: string; reason: string }) => ({
    happened: `What lies at ${source} is no catalogue of recipes: ${reason}.`,
    means: goesOn,
    remedy: "An operator checks the address under `catalogue` in the settings, or tells who keeps it.",
  }),
  { source: "https://recipes.example.coop/recipes.json", reason: "it is no JSON" },
);

export const catalogueNone = problem(
  "catalogue-none",
  () => ({
    happened: "No recipe here fits these words, and no catalogue is named in the settings.",
    means: "Only the recipes that an operator has named one by one can be searched.",
    remedy: "See them: `recipe list`. An operator names a catalogue under `catalogue` in the settings.",
  }),
  {},
);
