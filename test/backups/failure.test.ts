/** What restic's last words mean, where ssh stands in between. */
import { expect, test } from "vitest";
import { eachNode } from "../../src/backups/listing.ts";
import { inPlain, lastWords, resticProblem } from "../../src/backups/restic/failure.ts";

const about = { repository: "far", doing: "save the data" };
const at = "Fatal: unable to open repository at sftp:backup@far.example:/backups";

test.each([
  [
    "ssh's own words, where restic passed them on",
    `subprocess ssh: Host key verification failed.\n${at}: unable to start the sftp session, error: EOF`,
    /Host key verification failed/,
  ],
  [
    "restic was quicker to end than ssh's words to come through",
    `${at}: unable to start the sftp session, error: error receiving version packet from server: ` +
      "server unexpectedly closed connection: unexpected EOF",
    /shows another host key, or takes our key no more/,
  ],
  ["ssh has ended", `${at}: ssh command exited: exit status 255`, /shows another host key/],
  [
    "of ssh's warning only the beginning came through",
    "subprocess ssh: @@@@@@@@@@@@\nsubprocess ssh: @ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n" +
      `subprocess ssh: Please contact your system administrator.\n${at}: ssh command exited: exit status 255`,
    /Host key verification failed/,
  ],
  [
    "of ssh's warning only its frame came through",
    `subprocess ssh: @@@@@@@@@@@@\n${at}: ssh command exited: exit status 255`,
    /shows another host key/,
  ],
  [
    "no connection",
    "subprocess ssh: ssh: connect to host far.example port 22: Connection refused",
    /refused/,
  ],
])("%s", (_, stderr, reason) => {
  const { code, text } = resticProblem({ exitCode: 1, stderr }, about);
  expect(code).toBe("repository-unreachable");
  expect(text.happened).toMatch(reason);
});

test("what is none of ssh's is no dead machine", () => {
  expect(resticProblem({ exitCode: 1, stderr: "Fatal: invalid id" }, about).code).toBe("restic-failed");
});

test.each([
  ["rest", "unable to open config file: unexpected HTTP response (401): 401 Unauthorized"],
  ["rest", "unable to open config file: unexpected HTTP response (403): 403 Forbidden"],
  [
    "s3, a key that is none",
    "unable to open config file: Stat: The AWS Access Key Id you provided does not exist in our records.",
  ],
  [
    "s3, another key",
    "unable to open config file: Stat: The request signature we calculated does not match the signature you provided. " +
      "Check your key and signing method.",
  ],
  ["s3, a key that may not do it", "unable to open config file: Stat: Access Denied."],
])("%s: a key that is not taken is no repository that is gone", (_, said) => {
  const stderr = `Fatal: ${said}\nIs there a repository at the following location?\nrest:http://far.example/`;
  const { code, text } = resticProblem({ exitCode: 1, stderr }, about);
  expect(code).toBe("repository-key-refused");
  expect(text.happened).toContain(said.replace(/\.$/, ""));
  expect(text.happened).not.toContain("..");
});

/** As restic 0.17 and later end with `--json` (its cmd/restic/main.go, `printExitError`): the same words, in one line. */
const exitError = (code: number, message: string): string =>
  `${JSON.stringify({ message_type: "exit_error", code, message }).replaceAll("<", "\\u003c")}\n`;

const locked =
  "unable to create lock in backend: repository is already locked exclusively by PID 7 on tandem by root (UID 0, GID 0)\n" +
  "lock was created at 2026-11-27 03:10:00 (2m0s ago)\nstorage ID 4f2a\n" +
  "the `unlock` command can be used to remove stale locks";
const absent =
  "Fatal: repository does not exist: unable to open config file: stat /repository/config: no such file or directory\n" +
  "Is there a repository at the following location?\n/repository";

test.each([
  [10, absent, "repository-not-there", /no such file or directory/],
  [
    11,
    locked,
    "repository-locked",
    /exclusively by PID 7 on tandem .*, since 2026-11-27 03:10:00 \(2m0s ago\)/,
  ],
  [12, "Fatal: wrong password or no key found", "repository-password-wrong", /password/],
  [1, "Fatal: unable to save snapshot: write /repository: no space left on device", "repository-full", /./],
  [1, `${at}: ssh command exited: exit status 255`, "repository-unreachable", /shows another host key/],
  [1, "Fatal: no <matching> ID found", "restic-failed", /no <matching> ID found/],
])("code %i, in plain words and as a line of JSON", (exitCode, message, code, words) => {
  for (const stderr of [`${message}\n`, exitError(exitCode, message)]) {
    const found = resticProblem({ exitCode, stderr }, about);
    expect(found.code).toBe(code);
    expect(found.text.happened).toMatch(words);
    expect(Object.values(found.text).join(" ")).not.toMatch(/message_type|Fatal:|`unlock` command/);
  }
  expect(resticProblem({ exitCode: 1, stderr: exitError(1, message) }, about).code, "before 0.17").toBe(code);
});

test("of lines of JSON what they say is shown; of a file that could not be read, why or which", () => {
  const unread = { message_type: "error", during: "archival", item: "/data/key" };
  const lines = [
    JSON.stringify({ message_type: "status", percent_done: 1 }),
    JSON.stringify({ ...unread, error: { message: "open /data/key: permission denied" } }),
    JSON.stringify({ ...unread, error: { Op: "open", Err: 13 } }),
    "{ cut off",
    "{}",
  ];
  expect(inPlain(lines.join("\n"))).toBe("open /data/key: permission denied\n/data/key\n{ cut off\n{}");
  expect(lastWords(exitError(1, "Fatal: it broke"))).toBe("it broke");
});

test.each([
  ["0.14", { struct_type: "snapshot" }, { struct_type: "node" }],
  [
    "0.18",
    { struct_type: "snapshot", message_type: "snapshot" },
    { struct_type: "node", message_type: "node" },
  ],
  ["one without the old word", { message_type: "snapshot" }, { message_type: "node" }],
])("what %s lists of a snapshot", async (_, head, node) => {
  const lines = [
    { ...head, id: "x", paths: ["/a"], type: "file", path: "/a" },
    { ...node, path: "/a/b", type: "file", size: 7 },
  ];
  const restic = {
    end(_: unknown, { onStdout }: { onStdout: (bytes: Buffer) => void }) {
      onStdout(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));
      return Promise.resolve({ exitCode: 0, stdout: "", stderr: "" });
    },
  };
  const seen: unknown[] = [];
  const where = { repository: "nightly", snapshot: "x", under: ["/a"] };
  await eachNode(restic as never, where, (one) => void seen.push(one));
  expect(seen).toEqual([{ path: "/a/b", type: "file", size: 7 }]);
});
