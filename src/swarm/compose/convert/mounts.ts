import type { ServiceConfig } from "../config.ts";
import type { Volume } from "../short/volumes.ts";
import type { Driver, Mount } from "../types.ts";
import { conflictAt, filled, nonZero, undefinedAt, valueAt, type Conversion, type Path } from "./context.ts";
import { fullName, stackLabels } from "./names.ts";

const optionsOf = ["bind", "volume", "tmpfs"] as const;
type Options = (typeof optionsOf)[number];
type Convert = (volume: Volume, mount: Mount, conversion: Conversion, path: Path) => Mount;

/** Per type: which options it takes, whether it wants a source, and what else it becomes. */
const types: Record<string, { takes: Options[]; source: "needed" | "refused" | "free"; convert: Convert }> = {
  volume: { takes: ["volume"], source: "free", convert: volumeMount },
  bind: { takes: ["bind"], source: "needed", convert: bindMount },
  tmpfs: { takes: ["tmpfs"], source: "refused", convert: tmpfsMount },
  image: { takes: [], source: "needed", convert: (_volume, mount) => mount },
  npipe: { takes: ["bind"], source: "needed", convert: bindMount },
  cluster: { takes: [], source: "needed", convert: clusterMount },
};

/** The mounts of a service, in the order of the files. */
export function convertMounts(conversion: Conversion, name: string, service: ServiceConfig): Mount[] {
  const path = ["services", name, "volumes"];
  return (service.volumes ?? []).map((volume) => {
    const kind = volume.type === undefined || volume.type === "" ? "volume" : volume.type;
    const type = Object.hasOwn(types, kind) ? types[kind] : undefined;
    if (type === undefined)
      throw valueAt(conversion, path, kind, "a mount of type volume, bind, tmpfs, npipe, image or cluster");
    const strange = optionsOf.find(
      (options) => volume[options] !== undefined && !type.takes.includes(options),
    );
    if (strange !== undefined) {
      throw conflictAt(conversion, path, `options of ${strange} are not for a mount of type ${kind}`);
    }
    const hasSource = (volume.source ?? "") !== "";
    if (type.source === "needed" && !hasSource)
      throw valueAt(conversion, path, "without source", `a ${kind} mount with a source`);
    if (type.source === "refused" && hasSource)
      throw conflictAt(conversion, path, `type ${kind} and a source cannot both be set`);
    const { source: Source, target: Target = "", read_only: ReadOnly, consistency: Consistency } = volume;
    const mount = {
      Type: volume.type ?? "",
      Target,
      ...nonZero<Partial<Mount>>({ Source, ReadOnly, Consistency }),
    };
    return type.convert(volume, mount, conversion, path);
  });
}

function volumeMount(volume: Volume, mount: Mount, conversion: Conversion, path: Path): Mount {
  const { source } = volume;
  if (source === undefined || source === "") return mount;
  const defined = conversion.config.volumes.get(source);
  if (defined === undefined) throw undefinedAt(conversion, path, "volume", source);
  const named = { ...mount, Source: fullName(conversion.stack, source, defined.name) };
  const options = nonZero<NonNullable<Mount["VolumeOptions"]>>({
    NoCopy: volume.volume?.nocopy,
    Subpath: volume.volume?.subpath,
  });
  if (defined.external) return { ...named, VolumeOptions: options };
  const Labels = stackLabels(conversion.stack, defined.labels);
  if ((defined.driver ?? "") === "" && defined.driver_opts === undefined) {
    return { ...named, VolumeOptions: { ...options, Labels } };
  }
  return {
    ...named,
    VolumeOptions: { ...options, Labels, DriverConfig: convertDriver(defined.driver, defined.driver_opts) },
  };
}

function bindMount(volume: Volume, mount: Mount): Mount {
  if (volume.bind === undefined) return mount;
  return { ...mount, BindOptions: filled({ Propagation: volume.bind.propagation }) };
}

function tmpfsMount(volume: Volume, mount: Mount): Mount {
  return volume.tmpfs === undefined
    ? mount
    : { ...mount, TmpfsOptions: nonZero({ SizeBytes: volume.tmpfs.size }) };
}

/** A group of cluster volumes (`group:…`) belongs to no stack. */
function clusterMount(volume: Volume, mount: Mount, conversion: Conversion, path: Path): Mount {
  const { source = "" } = volume;
  if (source.startsWith("group:")) return { ...mount, ClusterOptions: {} };
  const defined = conversion.config.volumes.get(source);
  if (defined === undefined) throw undefinedAt(conversion, path, "volume", source);
  return { ...mount, Source: fullName(conversion.stack, source, defined.name), ClusterOptions: {} };
}

/** A driver with its options. */
export function convertDriver(name: string | undefined, options: Map<string, string> | undefined): Driver {
  return filled({ Name: name, Options: options === undefined ? undefined : Object.fromEntries(options) });
}
