import { problem } from "../problem.ts";

export const settingsUnreadable = problem(
  "settings-unreadable",
  ({ file, reason }: { file: string; reason: string }) => ({
    happened: `The settings file ${file} cannot be read: ${reason}.`,
    means: "Tandem does not start on settings that it only half understands.",
    remedy: "Mend the file, then check it with: npx tandem doctor",
  }),
  { file: "tandem.yaml", reason: "line 4, column 3: all mapping items must start at the same column" },
);

export const settingsUnknown = problem(
  "settings-unknown",
  ({ path, where, nearest }: { path: string; where: string; nearest?: string }) => ({
    happened: `${where} names the setting ${path}, which does not exist.`,
    means: "A misspelt setting would be ignored in silence, so Tandem does not start.",
    remedy:
      nearest === undefined
        ? "Take it out, or look it up in the manual: docs/settings."
        : `Did you mean ${nearest}? All settings are listed in the manual: docs/settings.`,
  }),
  { path: "web.lissten", where: "tandem.yaml", nearest: "web.listen" },
);

export const settingsWrong = problem(
  "settings-wrong",
  ({ path, where, expected }: { path: string; where: string; expected: string }) => ({
    happened: `${where} sets ${path} to something else than ${expected}.`,
    means: "Tandem does not start on settings that it only half understands.",
    remedy: "Correct it; all settings are listed in the manual: docs/settings.",
  }),
  { path: "web.listen", where: "tandem.yaml", expected: "host:port, such as 127.0.0.1:8080" },
);

export const secretFileUnreadable = problem(
  "secret-file-unreadable",
  ({ path, file, reason }: { path: string; file: string; reason: string }) => ({
    happened: `The file ${file}, which ${path} names, cannot be read: ${reason}.`,
    means: "It holds a secret that Tandem needs; nothing was started.",
    remedy: "Put the secret into that file, readable for the account under which Tandem runs (chmod 600).",
  }),
  { path: "matrix.accessTokenFile", file: "/run/secrets/matrix_token", reason: "no such file" },
);
