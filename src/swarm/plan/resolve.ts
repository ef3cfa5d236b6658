import type { EngineFile, ServiceSpec } from "../engine/types.ts";

/** A copy of a spec with the ids of those secrets and configs that exist; the rest stay without. */
export function withIds(spec: ServiceSpec, secrets: EngineFile[], configs: EngineFile[]): ServiceSpec {
  const container = spec.TaskTemplate.ContainerSpec;
  const idOf = (files: EngineFile[], name: string): string | undefined =>
    files.find((file) => file.Spec.Name === name)?.ID;
  const Secrets = (container.Secrets ?? []).map((one) => ({
    ...one,
    SecretID: idOf(secrets, one.SecretName) ?? "",
  }));
  const Configs = (container.Configs ?? []).map((one) => ({
    ...one,
    ConfigID: idOf(configs, one.ConfigName) ?? "",
  }));
  return {
    ...spec,
    TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...container, Secrets, Configs } },
  };
}
