import { composeFileMissing } from "../../../core/problems/compose.ts";
import type { FileSpec } from "../types.ts";
import { fromFolder } from "../paths.ts";
import { valueAt, whereIs, type Conversion } from "./context.ts";
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
  const { config, readFile } = conversion;
  if (file === "") throw valueAt(conversion, [kind, key], "without a file", "file: … or external: true");
  const bytes = readFile(fromFolder(config.dir, file));
  if (bytes !== undefined) return Buffer.from(bytes).toString("base64");
  throw composeFileMissing({
    where: whereIs(config, [kind, key, "file"]),
    path: `${kind}.${key}.file`,
    file,
  });
}
