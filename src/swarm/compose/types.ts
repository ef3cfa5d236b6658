/**
 * What compose files become: payloads of the Docker Engine API, every member named as the API names it, and what
 * the files say beside them. Times are nanoseconds, sizes bytes, CPUs billionths, as the engine wants them.
 */

/** Gives the bytes of a file by its absolute path; undefined when there is no such file (or it is a folder). */
export type ReadFile = (path: string) => Uint8Array | undefined;

export interface ComposeFile {
  /** As people know it, such as `compose.yml`: it stands in problems. */
  path: string;
  text: string;
}

export interface StackFiles {
  /** Name of the stack: prefix of everything that it owns. */
  stack: string;
  /** In the order in which they are merged, later over earlier. */
  files: readonly ComposeFile[];
  /** Absolute folder of the first file: what relative paths start from. */
  dir: string;
  /** The whole environment: nothing of the process leaks in. */
  env: Readonly<Record<string, string>>;
  /** For env_file and for configs and secrets with `file:`. */
  readFile: ReadFile;
}

/** Ids by name, where they are known; undefined leaves the member out (`SecretID`, `ConfigID`). */
export type IdOf = (name: string) => string | undefined;

/** A stack as its files say it. */
export interface LoadedStack {
  stack: string;
  /** Sorted by name. */
  services: LoadedService[];
  /** Networks that belong to the stack and are used by a service, as they are created when they do not exist. */
  networks: NetworkSpec[];
  /** Secrets that belong to the stack; Data in base64. */
  secrets: FileSpec[];
  configs: FileSpec[];
  /** Names of what must exist before the deploy. Secrets and configs: only those that a service uses. */
  external: { networks: string[]; secrets: string[]; configs: string[] };
  /** Names of the volumes that services mount, those of the stack and external ones; the engine makes them. */
  volumes: { name: string; external: boolean }[];
  /** In words, each naming what it is about: ignored keys, addresses of ports, doubtful interpolation. */
  warnings: string[];
}

/** A service: its payload, and what others need to know of what was written. */
export interface LoadedService {
  /** The name in the compose file, such as `app`. */
  service: string;
  /** As it is sent; networks by name, secrets and configs by name (and id, where one was known). */
  spec: ServiceSpec;
  /** Image exactly as written, after interpolation: without default tag and digest. */
  image: string;
  /** As written. Swarm does not order services; whoever deploys may. */
  dependsOn: string[];
  /** True when the files bring a healthcheck that is not disabled; an image may bring one of its own. */
  hasHealthcheck: boolean;
  /** As written; undefined where the file is silent and the engine's own value counts. */
  update: { failureAction?: string; monitorNanoseconds?: number; delayNanoseconds?: number };
  ports: PortConfig[];
  /** Full names, such as `cloud_example_coop_db_password_v1`. */
  secrets: string[];
  configs: string[];
  /** `deploy.labels`, without those that Docker adds. */
  deployLabels: Record<string, string>;
  /**
   * Folders and files of the server that the service sees. `relative`: the source as written, where that starts from
   * the folder of the files.
   */
  binds: { source: string; target: string; readOnly: boolean; relative?: string }[];
  /** True when one of the binds is the Docker socket: whoever has it rules the server. */
  usesDockerSocket: boolean;
  /** True when the file asks for it, although Swarm ignores it. */
  isPrivileged: boolean;
}

export interface ServiceSpec {
  Name: string;
  Labels: Record<string, string>;
  TaskTemplate: TaskTemplate;
  Mode: ServiceMode;
  UpdateConfig?: UpdateConfig;
  RollbackConfig?: UpdateConfig;
  EndpointSpec: { Mode?: string; Ports?: PortConfig[] };
}

export interface ServiceMode {
  /** Without Replicas the engine takes 1. */
  Replicated?: { Replicas?: number };
  Global?: Record<string, never>;
  ReplicatedJob?: { MaxConcurrent?: number; TotalCompletions?: number };
  GlobalJob?: Record<string, never>;
}

export interface UpdateConfig {
  Parallelism: number;
  Delay?: number;
  FailureAction?: string;
  Monitor?: number;
  MaxFailureRatio?: number;
  Order?: string;
}

export interface PortConfig {
  Protocol?: string;
  TargetPort?: number;
  PublishedPort?: number;
  PublishMode?: string;
}

export interface TaskTemplate {
  ContainerSpec: ContainerSpec;
  LogDriver?: Driver;
  Resources: { Limits?: Limits; Reservations?: Reservations };
  RestartPolicy?: { Condition?: string; Delay?: number; MaxAttempts?: number; Window?: number };
  Placement: Placement;
  Networks: NetworkAttachment[];
  ForceUpdate: number;
}

export interface Placement {
  Constraints?: string[];
  Preferences?: { Spread: { SpreadDescriptor: string } }[];
  MaxReplicas?: number;
}

export interface NetworkAttachment {
  Target: string;
  Aliases?: string[];
  DriverOpts?: Record<string, string>;
}

export interface Limits {
  NanoCPUs?: number;
  MemoryBytes?: number;
  Pids?: number;
}

export interface Reservations {
  NanoCPUs?: number;
  MemoryBytes?: number;
  GenericResources?: { DiscreteResourceSpec?: { Kind: string; Value: number } }[];
}

export interface Driver {
  Name?: string;
  Options?: Record<string, string>;
}

export interface ContainerSpec {
  Image: string;
  Labels: Record<string, string>;
  Command?: string[];
  Args?: string[];
  Hostname?: string;
  Env?: string[];
  Dir?: string;
  User?: string;
  Privileges: { CredentialSpec?: { Config?: string; File?: string; Registry?: string } };
  StopSignal?: string;
  StopGracePeriod?: number;
  TTY?: boolean;
  OpenStdin?: boolean;
  ReadOnly?: boolean;
  /** Three states: absent leaves it to the engine. */
  Init?: boolean;
  Mounts?: Mount[];
  Healthcheck?: Healthcheck;
  Hosts?: string[];
  DNSConfig?: { Nameservers?: string[]; Search?: string[] };
  Secrets?: SecretReference[];
  Configs?: ConfigReference[];
  Isolation?: string;
  Sysctls?: Record<string, string>;
  CapabilityAdd?: string[];
  CapabilityDrop?: string[];
  Ulimits?: { Name: string; Soft: number; Hard: number }[];
}

export interface Healthcheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

export interface Mount {
  Type: string;
  Target: string;
  Source?: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: { Propagation?: string };
  VolumeOptions?: {
    NoCopy?: boolean;
    Subpath?: string;
    Labels?: Record<string, string>;
    DriverConfig?: Driver;
  };
  TmpfsOptions?: { SizeBytes?: number };
  ClusterOptions?: Record<string, never>;
}

/** Where a secret or config appears in the container; Mode as a number (0444 = 292). */
export interface FileTarget {
  Name: string;
  UID: string;
  GID: string;
  Mode: number;
}

export interface SecretReference {
  File: FileTarget;
  SecretID?: string;
  SecretName: string;
}

export interface ConfigReference {
  /** Absent for the config of a credential spec, which is no file of the container. */
  File?: FileTarget;
  Runtime?: Record<string, never>;
  ConfigID?: string;
  ConfigName: string;
}

/** Payload of /networks/create. */
export interface NetworkSpec {
  Name: string;
  Driver: string;
  Labels: Record<string, string>;
  Options?: Record<string, string>;
  Internal?: boolean;
  Attachable?: boolean;
  IPAM?: { Driver?: string; Config: { Subnet?: string }[] };
}

/** Payload of /secrets/create and /configs/create. */
export interface FileSpec {
  Name: string;
  Labels: Record<string, string>;
  /** In base64; absent when a driver brings the content. */
  Data?: string;
  Driver?: Driver;
  Templating?: { Name: string };
}
