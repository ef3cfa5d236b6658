import { composeFileMissing } from "../../../core/problems/compose.ts";
import { placeIn, sayPlace } from "../node.ts";
import type { FileSpec } from "../types.ts";
import { conflictAt, type Conversion } from "./context.ts";
import { convertDriver } from "./mounts.ts";
import { fullName, stackLabels } from "./names.ts";

/** Secrets or configs that belong to the stack, with their content in base64. */
export function convertFiles(conversion: Conversion, kind: "secrets" | "configs"): FileSpec[] {
  const { stack, config } = conversion;
  const own = [...config[kind]].filter(([, entry]) => !entry.external);
  return own.map(([key, entry]) => {
    const spec: FileSpec = {
      Name: fullName(stack, key, entry.name),
      Labels: stackLabels(stack, entry.labels),
    };
    if (entry.driver !== undefined && entry.driver !== "") {
      spec.Driver = convertDriver(entry.driver, entry.driver_opts);
    } else {
      spec.Data = content(conversion, kind, key, entry.file ?? "");
    }
    if (entry.template_driver !== undefined && entry.template_driver !== "") {
      spec.Templating = { Name: entry.template_driver };
    }
    return spec;
  });
}

function content(conversion: Conversion, kind: "secrets" | "configs", key: string, file: string): string {
  const written = conversion.config.documents.findLast(
    (document) => placeIn(document.root, [kind, key]).depth === 2,
  );
  const where = written === undefined ? kind : sayPlace(placeIn(written.root, [kind, key]).place);
  if (written !== undefined && placeIn(written.root, [kind, key, "file"]).depth < 3) {
    throw conflictAt(conversion, [kind, key], "it has neither a file nor external: true");
  }
  const bytes = conversion.readFile(file);
  if (bytes === undefined) throw composeFileMissing({ where, path: `${kind}.${key}`, file });
  return Buffer.from(bytes).toString("base64");
}
