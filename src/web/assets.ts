import { readFileSync } from "node:fs";
import path from "node:path";
import { sha256 } from "../core/canonical.ts";
import { iconSvg } from "./parts/tandem.ts";

const style = readFileSync(path.join(import.meta.dirname, "style.css"), "utf8");
const version = sha256(style).slice(0, 10);

/**
 * What pages refer to. The address of the stylesheet changes with its content, so that it can be kept for
 * long.
 */
export const assets = {
  styleHref: `/style.css?${version}`,
  style,
  icon: iconSvg,
  /** A year: the address changes when the content does. */
  keepForLong: "public, max-age=31536000, immutable",
} as const;
