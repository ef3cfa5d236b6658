// Apps: a recipe at a domain, with its settings, its version and its history of deploys. Here recipes and the
// swarm meet: settings become an environment, a plan is made and bound by one hash to the files, the settings
// and the specs, missing secrets are made, and what was agreed to is sent or refused. Database members join
// the caller's transaction; the others ask the server and keep nothing. Nobody is asked here and nothing is
// said here: that is for workflows and commands.
export { openApps, type AppsOptions } from "./open.ts";
export { handedInFolder, handIn } from "./handed-in.ts";
export {
  mostSecretBytes,
  openSecretForms,
  secretFormMinutes,
  type SecretForm,
  type SecretForms,
} from "./care/forms.ts";
export { openParcels, type Parcels } from "./care/parcels.ts";
export type * from "./types.ts";
