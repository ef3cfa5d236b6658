/** What a recipe wants run after a deploy: `app init|db migrate --all` in POST_DEPLOY_CMDS or POST_UPGRADE_CMDS. */
import type { RecipeVersion } from "../../core/terms.ts";
import { compareVersions } from "../../recipes/index.ts";
import type { PostCommand } from "./types.ts";

/**
 * As abra: POST_DEPLOY_CMDS after the first deploy and after one at the same version, POST_UPGRADE_CMDS after one
 * to a newer version, nothing on the way back. Each is `<service> <function> <words>`, separated by `|`.
 */
export function postCommands(
  env: Readonly<Record<string, string>>,
  from: RecipeVersion | null,
  to: RecipeVersion,
): PostCommand[] {
  const isSame = from === null || from === to;
  if (!isSame && compareVersions(to, from) < 0) return [];
  return (env[isSame ? "POST_DEPLOY_CMDS" : "POST_UPGRADE_CMDS"] ?? "").split("|").flatMap((text) => {
    const [service, ...argv] = text.trim().split(/\s+/);
    return service === undefined || argv.length === 0 ? [] : [{ service, argv }];
  });
}
