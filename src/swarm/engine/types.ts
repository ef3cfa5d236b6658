/**
 * What the Docker Engine answers (API 1.41 and later), as far as the swarm room reads it. Members that we
 * do not read pass through untouched: specs are sent back exactly as they came.
 */

export interface ServiceSpec {
  Name: string;
  Labels?: Record<string, string>;
  TaskTemplate: TaskTemplate;
  Mode?: Mode;
  UpdateConfig?: UpdateConfig;
  RollbackConfig?: UpdateConfig;
  EndpointSpec?: { Mode?: string; Ports?: Port[] };
}

export interface Mode {
  Replicated?: { Replicas?: number | null };
  Global?: object;
  ReplicatedJob?: { MaxConcurrent?: number; TotalCompletions?: number };
  GlobalJob?: object;
}

/** Times in nanoseconds, as everywhere in specs. */
export interface UpdateConfig {
  Parallelism?: number;
  Delay?: number;
  FailureAction?: string;
  Monitor?: number;
  MaxFailureRatio?: number;
  Order?: string;
}

export interface TaskTemplate {
  ContainerSpec: ContainerSpec;
  Resources?: { Limits?: Amounts; Reservations?: Amounts };
  RestartPolicy?: { Condition?: string; Delay?: number; MaxAttempts?: number; Window?: number };
  Placement?: {
    Constraints?: string[] | null;
    MaxReplicas?: number;
    Platforms?: { OS?: string; Architecture?: string }[] | null;
  };
  Networks?: { Target: string; Aliases?: string[] | null }[];
  ForceUpdate?: number;
}

export interface Amounts {
  NanoCPUs?: number;
  MemoryBytes?: number;
}

export interface ContainerSpec {
  Image: string;
  Command?: string[] | null;
  Args?: string[] | null;
  Env?: string[] | null;
  Labels?: Record<string, string>;
  User?: string;
  Healthcheck?: Healthcheck;
  StopGracePeriod?: number;
  TTY?: boolean;
  CapabilityAdd?: string[] | null;
  Init?: boolean | null;
  Mounts?: Mount[] | null;
  Secrets?: SecretReference[] | null;
  Configs?: ConfigReference[] | null;
}

export interface Healthcheck {
  Test?: string[] | null;
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  Retries?: number;
}

export interface Mount {
  Type?: string;
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
}

export interface SecretReference {
  SecretID?: string;
  SecretName: string;
  File?: { Name?: string };
}

export interface ConfigReference {
  ConfigID?: string;
  ConfigName: string;
  File?: { Name?: string };
}

export interface Port {
  Protocol?: string;
  TargetPort?: number;
  PublishedPort?: number;
  PublishMode?: string;
}

export interface EngineService {
  ID: string;
  Version: { Index: number };
  CreatedAt: string;
  UpdatedAt: string;
  Spec: ServiceSpec;
  UpdateStatus?: { State?: string; StartedAt?: string; CompletedAt?: string; Message?: string };
}

export interface EngineTask {
  ID: string;
  CreatedAt: string;
  ServiceID: string;
  Slot?: number;
  NodeID?: string;
  DesiredState: string;
  Spec: { ContainerSpec?: ContainerSpec; Resources?: TaskTemplate["Resources"] };
  Status: {
    Timestamp: string;
    State: string;
    Message?: string;
    Err?: string;
    ContainerStatus?: { ContainerID?: string; ExitCode?: number };
  };
}

export interface EngineNode {
  ID: string;
  Spec: { Role: string; Availability: string; Labels?: Record<string, string> };
  Description: {
    Hostname: string;
    Platform?: { OS?: string; Architecture?: string };
    Resources?: Amounts;
    Engine?: { EngineVersion?: string; Labels?: Record<string, string> };
  };
  Status: { State: string; Addr?: string };
}

export interface EngineNetwork {
  Id: string;
  Name: string;
  Scope: string;
  Driver: string;
  Internal?: boolean;
  Attachable?: boolean;
  Labels?: Record<string, string> | null;
  Options?: Record<string, string> | null;
}

/** A secret (Data never comes back) or a config (Data in base64). */
export interface EngineFile {
  ID: string;
  Spec: {
    Name: string;
    Labels?: Record<string, string>;
    Data?: string;
    Templating?: { Name?: string } | null;
  };
}

export interface EngineContainer {
  Id: string;
  Names: string[];
  /** created, running, exited, … */
  State: string;
  /** In words, with the health in brackets: `Up 5 seconds (healthy)`. */
  Status: string;
  Labels: Record<string, string>;
  Ports: { PublicPort?: number; Type: string }[];
}

export interface EngineVolume {
  Name: string;
  Driver?: string;
  /** Those of its driver. */
  Options?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

/** What a registry knows about an image. */
export interface Distribution {
  Descriptor: { digest: string };
  Platforms?: { architecture?: string; os?: string }[] | null;
}

export interface EngineEvent {
  Type: string;
  Action: string;
  Actor: { ID: string; Attributes?: Record<string, string> };
  time: number;
}
