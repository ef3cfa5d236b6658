import { z } from "zod";
import { RepositoryName } from "../../../src/core/backup-terms.ts";
import { AbsolutePath } from "../../../src/core/server-terms.ts";
import { ServerName } from "../../../src/core/terms.ts";
import { command, start } from "../../../src/router/define.ts";
import repositoryAdd from "../../../workflows/repository-add.ts";

/** A folder is on one server; which one, if nobody says. */
const here = ServerName.parse("local");

export default command({
  summary: "Make a restic repository known in which backups are kept; a new one is made where there is none.",
  example: "backup repo add nightly /srv/backups --password-file /etc/tandem/restic-password",
  role: "operator",
  args: {
    name: RepositoryName,
    location: z
      .string({
        error: "a place for a repository, such as /srv/backups or sftp:backup@store.example.coop:/srv",
      })
      .describe("a folder, or sftp:…, s3:…, rest:… as restic takes them"),
    "password-file": AbsolutePath.describe("its password, in a file on this machine"),
    server: ServerName.optional().describe(
      "the only server that reaches it; a folder is on `local` unless said",
    ),
    "key-file": AbsolutePath.optional().describe("sftp: private key on this machine"),
    "credentials-file": AbsolutePath.optional().describe("s3: AWS's credentials file; rest: name:password"),
  },
  flags: ["password-file", "server", "key-file", "credentials-file"],
  run: ({ args }) => {
    const { name, location, server } = args;
    return start(repositoryAdd, {
      name,
      location,
      server: server ?? (location.startsWith("/") ? here : null),
      passwordFile: args["password-file"],
      keyFile: args["key-file"] ?? null,
      credentialsFile: args["credentials-file"] ?? null,
    });
  },
});
