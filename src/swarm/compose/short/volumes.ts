/** A mount as the long form of compose files has it. */
export interface Volume {
  type?: string;
  source?: string;
  /** The source of a bind as it is written, where that starts from the folder of the files; `source` is absolute. */
  relative?: string;
  target?: string;
  read_only?: boolean;
  consistency?: string;
  bind?: { propagation?: string };
  volume?: { nocopy?: boolean; subpath?: string };
  tmpfs?: { size?: number };
}

const propagations = ["rprivate", "private", "rshared", "shared", "rslave", "slave"];

/**
 * `[source:]target[:options]`, aware of Windows drives; options that nobody knows are passed over (docker CLI,
 * cli/compose/loader/volume.go). Undefined when a part between colons is empty or there are too many.
 */
export function readShortVolume(spec: string): Volume | undefined {
  if (spec === "") return undefined;
  if (Buffer.byteLength(spec) <= 2) return { type: "volume", target: spec };
  const parts = splitColons(spec);
  const [source = "", target, options = ""] = parts;
  if (parts.length > 3 || parts.includes("")) return undefined;
  if (target === undefined) return { type: "volume", target: source };
  const volume: Volume = { type: isPath(source) ? "bind" : "volume", source, target };
  for (const option of options.split(",")) {
    if (option === "ro" || option === "rw") volume.read_only = option === "ro";
    else if (option === "nocopy") volume.volume = { nocopy: true };
    else if (propagations.includes(option)) volume.bind = { propagation: option };
  }
  return volume;
}

/** At colons, but not at the one of a drive: a single letter before it. */
function splitColons(spec: string): string[] {
  const parts: string[] = [];
  let letters: string[] = [];
  for (const letter of spec) {
    if (letter === ":" && !(letters.length === 1 && isLetter(letters[0] ?? ""))) {
      parts.push(letters.join(""));
      letters = [];
    } else {
      letters.push(letter);
    }
  }
  return [...parts, letters.join("")];
}

function isPath(source: string): boolean {
  const [first = "", second] = source;
  return /^[./~]/.test(source) || source.startsWith("\\\\") || (isLetter(first) && second === ":");
}

function isLetter(text: string): boolean {
  return /^\p{L}$/u.test(text);
}
