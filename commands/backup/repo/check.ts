import { RepositoryName } from "../../../src/core/backup-terms.ts";
import { command, start } from "../../../src/router/define.ts";
import repositoryLook from "../../../workflows/repository-look.ts";

export default command({
  summary: "Look whether a repository can be reached and opened, and who has locked it.",
  example: "backup repo check nightly",
  role: ["operator", "maintainer"],
  args: { name: RepositoryName },
  run: ({ args, backups }) => {
    backups.repository(args.name);
    return start(repositoryLook, { name: args.name });
  },
});
