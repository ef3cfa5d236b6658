/** One compose file, or several merged: typed, with paths and environment resolved, still in the words of compose. */
import type { ComposeDocument } from "./node.ts";
import type { FileEntry, NetworkEntry, VolumeEntry } from "./schema/file.ts";
import type { ServiceEntry } from "./schema/service.ts";

export interface ComposeConfig {
  services: Map<string, ServiceConfig>;
  networks: Map<string, Owned<NetworkEntry>>;
  volumes: Map<string, Owned<VolumeEntry>>;
  secrets: Map<string, Owned<FileEntry>>;
  configs: Map<string, Owned<FileEntry>>;
  /** What `file:` of secrets and configs counts from. */
  dir: string;
  /** In the order of the files: where problems point to. */
  documents: ComposeDocument[];
  warnings: string[];
}

/** `environment` holds env_file too; a null there is a name without value. */
export type ServiceConfig = Omit<ServiceEntry, "environment" | "env_file"> & {
  environment: Map<string, string | null>;
};

/** Something of the top level; `external` = made elsewhere, and then `name` is set. */
export type Owned<T> = Omit<T, "external"> & { external: boolean };
