import { RepositoryName } from "../../../src/core/backup-terms.ts";
import { command, start } from "../../../src/router/define.ts";
import repositoryRemove from "../../../workflows/repository-remove.ts";

export default command({
  summary: "Take a repository out of Tandem; its files stay where they are. A maintainer agrees first.",
  example: "backup repo remove nightly",
  role: "operator",
  args: { name: RepositoryName },
  run: ({ args, backups }) => {
    backups.beforeRemoving(args.name);
    return start(repositoryRemove, args);
  },
});
