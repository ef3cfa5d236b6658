import {
  anything,
  bool,
  labels,
  listOf,
  text,
  textMap,
  wrongKind,
  type ReadBy,
  type Reader,
} from "../read.ts";
import { named, record, since } from "../record.ts";
import { service } from "./service.ts";

/** Whether something is made elsewhere; a name only in the old form `external: {name: …}`. */
interface External {
  external: boolean;
  name?: string;
}

function externalAs(names: Reader<{ name?: string }>): Reader<External> {
  return (node, path, reading) => {
    if (node.kind === "scalar" && typeof node.value === "boolean") return { external: node.value };
    if (node.kind !== "map") throw wrongKind(node, path, "true, false or a mapping with a name");
    return { external: true, ...names(node, path, reading) };
  };
}

const external = externalAs(record({ name: text }));
const looseExternal = externalAs(record({ name: text }, { loose: true }));

const network = record(
  {
    name: since(5, text),
    driver: text,
    driver_opts: textMap({ empty: false }),
    ipam: record({ driver: text, config: listOf(record({ subnet: text })) }),
    external,
    internal: bool,
    attachable: since(2, bool),
    labels,
  },
  { extensions: 7, empty: true },
);

const volume = record(
  {
    name: since(4, text),
    driver: text,
    driver_opts: textMap({ empty: false }),
    external,
    labels,
  },
  { extensions: 7, empty: true },
);

const config = record(
  { name: since(5, text), file: text, external: looseExternal, labels, template_driver: since(8, text) },
  { extensions: 7 },
);

const secret = record(
  {
    name: since(5, text),
    file: text,
    external: looseExternal,
    labels,
    driver: since(8, text),
    driver_opts: since(8, textMap({ empty: false })),
    template_driver: since(8, text),
  },
  { extensions: 7 },
);

const name = /^[a-zA-Z0-9._-]+$/;

/** The whole file. */
export const composeFile = record(
  {
    version: anything,
    services: named(service, name),
    networks: named(network),
    volumes: named(volume, name),
    secrets: since(1, named(secret, name)),
    configs: since(3, named(config, name)),
  },
  { extensions: 4 },
);

export type NetworkEntry = ReadBy<typeof network>;
export type VolumeEntry = ReadBy<typeof volume>;
/** A secret or config of the top level. */
export type FileEntry = ReadBy<typeof secret>;
export type FileContents = ReadBy<typeof composeFile>;
