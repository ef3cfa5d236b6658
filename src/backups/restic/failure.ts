/** What restic's exit code and last words mean. Its codes 10 to 12 came with 0.17; before that, only its words tell. */
import type { Problem } from "../../core/problem.ts";
import {
  backupCutOff,
  repositoryFull,
  repositoryKeyRefused,
  repositoryLocked,
  repositoryNotThere,
  repositoryPasswordWrong,
  repositoryUnreachable,
  resticFailed,
} from "../../core/problems/backups.ts";

interface Ended {
  exitCode: number;
  stderr: string;
}

/** Killed from outside: SIGKILL, SIGTERM. */
const killed = new Set([137, 143]);

const unreachable = new RegExp(
  [
    ...["connection refused", "no such host", "i/o timeout", "network is unreachable", "no route to host"],
    ...[
      "connection timed out",
      "context deadline exceeded",
      "unable to connect",
      "server response unexpected",
    ],
    ...["host key verification failed", "permission denied \\(publickey", "subprocess ssh exited", "x509"],
  ].join("|"),
  "i",
);

/** What servers of s3 and rest say of a wrong key: their codes, or the sentences that are all that restic prints. */
const refused = new RegExp(
  [
    ...["access ?denied", "invalidaccesskey", "signaturedoesnotmatch", "401 unauthorized", "403 forbidden"],
    ...["access key id you provided does not exist", "request signature we calculated does not match"],
  ].join("|"),
  "i",
);

/** restic passes on what ssh says, but does not wait for it: where it is quicker to end, only this is left. */
const silentSsh = /unable to start the sftp session|ssh command exited|unexpectedly closed connection/i;
const mostlySo =
  "ssh ended before it said why; mostly the machine shows another host key, or takes our key no more";

/** Why a call of restic failed, as a problem. `doing` completes "could not …". */
export function resticProblem(
  { exitCode, stderr: printed }: Ended,
  about: { repository: string; doing: string },
): Problem {
  const { repository, doing } = about;
  const stderr = inPlain(printed);
  const said = lastWords(stderr);
  if (killed.has(exitCode)) return backupCutOff({ repository, doing });
  if (exitCode === 12 || /wrong password or no key found/i.test(stderr))
    return repositoryPasswordWrong({ repository });
  if (exitCode === 11 || /repository is already locked/i.test(stderr)) {
    return repositoryLocked({ repository, said: lockWords(stderr) });
  }
  if (/no space left on device|disk quota exceeded|quota exceeded|insufficient storage/i.test(stderr)) {
    return repositoryFull({ repository, doing });
  }
  // Before "is there a repository at", which restic asks after it.
  if (refused.test(stderr)) return repositoryKeyRefused({ repository, reason: said.replace(/\.$/, "") });
  if (unreachable.test(stderr) || silentSsh.test(stderr)) {
    const reason = sshWords(stderr) ?? (silentSsh.test(stderr) ? mostlySo : said);
    return repositoryUnreachable({ repository, reason });
  }
  if (
    exitCode === 10 ||
    /is there a repository at|unable to open config file|config file does not exist/i.test(stderr)
  ) {
    return repositoryNotThere({ repository, reason: said });
  }
  return resticFailed({ repository, doing, exitCode, said });
}

/** `locked exclusively by PID 7 on host by root (UID 0, GID 0)` and when; empty when it does not say. */
function lockWords(stderr: string): string {
  const [, who = ""] = /already locked (.*)/i.exec(stderr) ?? [];
  const [, when = ""] = /lock was created at (.*)/i.exec(stderr) ?? [];
  return [who, when]
    .filter((part) => part !== "")
    .join(", since ")
    .trim();
}

/** How the long warning begins that ssh gives of another host key; any of its lines may be the last that comes. */
const otherHostKey = /remote host identification has changed/i;

/**
 * What ssh said last, which is the reason where restic only sees that it has ended. A warning that was cut off
 * means what its beginning says; a line of no words says nothing.
 */
function sshWords(stderr: string): string | undefined {
  const said = [...stderr.matchAll(/subprocess ssh: (\S.*)/g)].map(([, words = ""]) => words.trim());
  if (said.some((words) => otherHostKey.test(words))) return "Host key verification failed";
  return said.findLast((words) => /[a-z]/i.test(words))?.replace(/\.$/, "");
}

interface SaidInJson {
  message_type?: string;
  message?: string;
  error?: { message?: string };
  item?: string;
}

/**
 * What restic said, as it says it without `--json`: from 0.17 on, its last words are a line of JSON then
 * (`exit_error`), which may hold several lines of text; so is what it says of a file that it could not read (`error`).
 */
export function inPlain(stderr: string): string {
  return stderr
    .split("\n")
    .flatMap((line) => {
      if (!line.startsWith("{")) return [line];
      try {
        const { message_type, message, error, item } = JSON.parse(line) as SaidInJson;
        // How far it is says nothing of why it ended.
        if (message_type === "status") return [];
        return [message ?? error?.message ?? item ?? line];
      } catch {
        // It was cut off, or is none of restic's.
        return [line];
      }
    })
    .join("\n");
}

/** restic ends with its reason, below which may stand an advice or a stack of calls. */
export function lastWords(stderr: string): string {
  const lines = inPlain(stderr)
    .split("\n")
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== "" && !/^(github\.com\/|runtime\.|main\.|\/|the `unlock` command|storage ID )/.test(line),
    );
  return (lines.find((line) => /^fatal:/i.test(line)) ?? lines.at(-1) ?? "it did not say why")
    .replace(/^fatal:\s*/i, "")
    .slice(0, 400);
}
