// Upgrades: what a newer version of a recipe would mean for an app, which newer versions there are, who was told
// of them, and which may happen by themselves. It is a room of its own because it needs both sides: recipes and
// registries say what is new, apps say what runs. It plans and remembers; what is done about it is told in workflows.
export { openUpgrades, type UpgradesOptions } from "./open.ts";
export type * from "./types.ts";
