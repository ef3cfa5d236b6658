import { z } from "zod";
import { RepositoryName } from "../../../src/core/backup-terms.ts";
import { AbsolutePath } from "../../../src/core/server-terms.ts";
import { ServerName } from "../../../src/core/terms.ts";
import { command, start } from "../../../src/router/define.ts";
import repositoryChange from "../../../workflows/repository-change.ts";

const here = ServerName.parse("local");
const isFolder = (location: string): boolean => location.startsWith("/");

export default command({
  summary: "Say that a repository is elsewhere now, or is opened by other files. It has to be the same one.",
  example: "backup repo change away sftp:backup@new.example.coop:/srv/backups",
  role: "operator",
  args: {
    name: RepositoryName,
    location: z
      .string({ error: "where it is now, such as sftp:backup@new.example.coop:/srv/backups" })
      .describe("a folder, or sftp:…, s3:…, rest:… as restic takes them"),
    "password-file": AbsolutePath.optional().describe("its password; left out: in the file as before"),
    server: ServerName.optional().describe("the only server that reaches it"),
    "key-file": AbsolutePath.optional().describe("sftp: private key; left out: in the file as before"),
    "credentials-file": AbsolutePath.optional().describe("s3 and rest; left out: in the file as before"),
  },
  flags: ["password-file", "server", "key-file", "credentials-file"],
  run: ({ args, backups }) => {
    const { name, location } = args;
    const known = backups.repository(name);
    // What the old kind of place had is nothing to the new one.
    const isSameKind = isFolder(known.location) === isFolder(location);
    const server = isSameKind ? known.server : isFolder(location) ? here : null;
    const keyFile = location.startsWith("sftp:") ? known.keyFile : null;
    const credentialsFile = /^(s3|rest):/.test(location) ? known.credentialsFile : null;
    return start(repositoryChange, {
      name,
      location,
      server: args.server ?? server,
      passwordFile: args["password-file"] ?? AbsolutePath.parse(known.passwordFile),
      keyFile: args["key-file"] ?? (keyFile === null ? null : AbsolutePath.parse(keyFile)),
      credentialsFile:
        args["credentials-file"] ?? (credentialsFile === null ? null : AbsolutePath.parse(credentialsFile)),
    });
  },
});
