import { composeFileMissing } from "../../../core/problems/compose.ts";
import type { FileSpec } from "../types.ts";
import { conflictAt, whereIs, type Conversion } from "./context.ts";
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
  if (file === "") throw conflictAt(conversion, [kind, key], "it has neither a file nor external: true");
  const bytes = conversion.readFile(file);
  if (bytes !== undefined) return Buffer.from(bytes).toString("base64");
  const where = whereIs(conversion.config, [kind, key, "file"]);
  throw composeFileMissing({ where, path: `${kind}.${key}.file`, file });
}
