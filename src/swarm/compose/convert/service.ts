import type { ServiceConfig } from "../config.ts";
import type { ContainerSpec, PortConfig, ServiceSpec, TaskTemplate } from "../types.ts";
import { capabilities } from "./capabilities.ts";
import { filled, nonZero, valueAt, type Conversion } from "./context.ts";
import {
  convertHealthcheck,
  convertMode,
  convertPlacement,
  convertResources,
  convertRestart,
  convertUpdate,
} from "./deploy.ts";
import { configReferences, credentialSpec, secretReferences } from "./file-references.ts";
import { familiarImage } from "./image.ts";
import { convertDriver, convertMounts } from "./mounts.ts";
import { imageLabel, stackLabels } from "./names.ts";
import { attachments } from "./networks.ts";

/** One service as the payload of /services/create. */
export function convertService(conversion: Conversion, name: string, service: ServiceConfig): ServiceSpec {
  const { stack } = conversion;
  const { deploy = {}, image = "" } = service;
  return filled<ServiceSpec>({
    Name: `${stack}_${name}`,
    Labels: { ...stackLabels(stack, deploy.labels), [imageLabel]: image },
    TaskTemplate: filled<TaskTemplate>({
      ContainerSpec: convertContainer(conversion, name, service),
      LogDriver: service.logging && convertDriver(service.logging.driver, service.logging.options),
      Resources: convertResources(conversion, name, deploy),
      RestartPolicy: convertRestart(conversion, name, service),
      Placement: convertPlacement(deploy),
      Networks: attachments(conversion, name, service),
      ForceUpdate: 0,
    }),
    Mode: convertMode(conversion, name, deploy),
    UpdateConfig: convertUpdate(deploy.update_config),
    RollbackConfig: convertUpdate(deploy.rollback_config),
    EndpointSpec: filled({ Mode: deploy.endpoint_mode?.toLowerCase(), Ports: convertPorts(service) }),
  });
}

function convertPorts(service: ServiceConfig): PortConfig[] {
  const ports = (service.ports ?? []).map((port) =>
    nonZero<PortConfig>({
      Protocol: port.protocol,
      TargetPort: port.target,
      PublishedPort: port.published,
      PublishMode: port.mode,
    }),
  );
  return ports.sort((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0));
}

function convertContainer(conversion: Conversion, name: string, service: ServiceConfig): ContainerSpec {
  const { add, drop } = capabilities(service.cap_add, service.cap_drop);
  const { dns = [], dns_search: search = [] } = service;
  return filled<ContainerSpec>({
    Image: convertImage(conversion, name, service),
    Labels: stackLabels(conversion.stack, service.labels),
    Command: service.entrypoint,
    Args: service.command,
    Hostname: service.hostname,
    Env: convertEnvironment(service),
    Dir: service.working_dir,
    User: service.user,
    Privileges: credentialSpec(conversion, name, service),
    StopSignal: service.stop_signal,
    StopGracePeriod: service.stop_grace_period,
    ...nonZero<Partial<ContainerSpec>>({
      TTY: service.tty,
      OpenStdin: service.stdin_open,
      ReadOnly: service.read_only,
    }),
    Init: service.init,
    Mounts: convertMounts(conversion, name, service),
    Healthcheck: convertHealthcheck(conversion, name, service),
    Hosts: (service.extra_hosts ?? []).map(({ host, address }) => `${address} ${host}`),
    DNSConfig: dns.length + search.length === 0 ? undefined : filled({ Nameservers: dns, Search: search }),
    Secrets: secretReferences(conversion, name, service),
    Configs: configReferences(conversion, name, service),
    Isolation: service.isolation,
    Sysctls: service.sysctls && Object.fromEntries(service.sysctls),
    CapabilityAdd: add,
    CapabilityDrop: drop,
    Ulimits: convertUlimits(service),
  });
}

function convertImage(conversion: Conversion, name: string, service: ServiceConfig): string {
  const { image = "" } = service;
  const familiar = familiarImage(image);
  if (familiar !== undefined) return familiar;
  const found = image === "" ? "missing" : JSON.stringify(image);
  throw valueAt(conversion, ["services", name, "image"], found, "an image such as nginx:1.27");
}

/** Sorted by bytes, so that the order in the file restarts nothing. */
function convertEnvironment(service: ServiceConfig): string[] {
  const lines = [...service.environment].map(([key, value]) => (value === null ? key : `${key}=${value}`));
  return lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function convertUlimits(service: ServiceConfig): ContainerSpec["Ulimits"] {
  const limits = [...(service.ulimits ?? [])].map(([Name, { soft, hard }]) => ({
    Name,
    Soft: soft,
    Hard: hard,
  }));
  return limits.sort((a, b) => (a.Name < b.Name ? -1 : 1));
}
