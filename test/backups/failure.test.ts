/** What restic's last words mean, where ssh stands in between. */
import { expect, test } from "vitest";
import { resticProblem } from "../../src/backups/restic/failure.ts";

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
