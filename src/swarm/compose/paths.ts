import path from "node:path";

/** A path of a compose file made absolute, from `dir`, as the folder of the first file. */
export function fromFolder(dir: string, file: string): string {
  return path.posix.isAbsolute(file) ? file : path.posix.join(dir, file);
}

const windowsPath = /^(?:[a-zA-Z]:|[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*)[\\/]/;

/**
 * The source of a bind mount: `~` is HOME where there is one, Windows paths stay, the rest is made absolute.
 * `relative`: as it is written, where that starts from `dir`.
 */
export function bindSource(
  dir: string,
  source: string,
  home: string | undefined,
): { source: string; relative?: string } {
  const expanded = source.startsWith("~") && home !== undefined ? `${home}${source.slice(1)}` : source;
  if (windowsPath.test(expanded) || path.posix.isAbsolute(expanded)) return { source: expanded };
  return { source: fromFolder(dir, expanded).replace(/(.)\/$/, "$1"), relative: source };
}
