import type { Path } from '../../diagnostics/finding.js';
import type { JsonObject, ManifestObject } from '../../manifests/types.js';
import { isObject, namespaceOf, valueAt } from '../../manifests/values.js';
import { integerAt, isAbsent, labelsAt, listAt, placedTextsAt, stringAt, textAt, type PlacedText } from '../values.js';

/** One entry of `spec.ports` as written, with the defaults noted at each field. */
export interface ServicePortView {
  /** `['spec', 'ports', index]` */
  readonly path: Path;
  /** `''` if absent. */
  readonly name: string;
  /** `TCP` if absent; may be invalid, which `schema/invalid` reports. */
  readonly protocol: string;
  readonly port: number | undefined;
  /** The targetPort as written; undefined if absent (then it equals `port`), 0 or empty. */
  readonly targetPort: number | string | undefined;
  /** 0 if absent. */
  readonly nodePort: number;
  readonly appProtocol: string;
}

/**
 * A Service manifest as rules read it. Nothing is allocated; empty strings and lists count as absent, as in the API
 * server.
 */
export interface ServiceView {
  readonly object: ManifestObject;
  readonly namespace: string;
  readonly name: string;
  /** `ClusterIP` if absent; may be invalid, and is empty if it is not a string. */
  readonly type: string;
  /**
   * Whether the type is one of the four that exist; other types are reported by `schema/invalid`, and rules about their
   * fields do not apply.
   */
  readonly isKnownType: boolean;
  readonly isExternalName: boolean;
  /** Whether clusterIP is `None`. */
  readonly isHeadless: boolean;
  /** clusterIPs, or clusterIP if only that is written; without `None` and empty strings. Each with its place. */
  readonly clusterIPs: readonly PlacedText[];
  readonly ports: readonly ServicePortView[];
  /** Undefined if absent or empty. */
  readonly selector: ReadonlyMap<string, string> | undefined;
  readonly externalIPs: readonly PlacedText[];
  readonly externalTrafficPolicy: string;
  readonly internalTrafficPolicy: string;
  /** 0 if absent. */
  readonly healthCheckNodePort: number;
  /** `spec`, an empty object if absent. */
  readonly spec: JsonObject;
}

const noSpec: JsonObject = Object.freeze({});
const knownTypes = new Set(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']);

/** Reads a Service; lists are built on first use. */
export function viewService(object: ManifestObject): ServiceView {
  return new ServiceReader(object);
}

class ServiceReader implements ServiceView {
  readonly namespace: string;
  readonly name: string;
  readonly spec: JsonObject;
  readonly type: string;
  readonly isKnownType: boolean;
  readonly isHeadless: boolean;
  readonly isExternalName: boolean;
  readonly ports: readonly ServicePortView[];
  readonly selector: ReadonlyMap<string, string> | undefined;
  readonly clusterIPs: readonly PlacedText[];
  readonly externalIPs: readonly PlacedText[];
  readonly externalTrafficPolicy: string;
  readonly internalTrafficPolicy: string;
  readonly healthCheckNodePort: number;

  constructor(readonly object: ManifestObject) {
    const spec = valueAt(object.value, 'spec');
    this.spec = isObject(spec) ? spec : noSpec;
    this.namespace = namespaceOf(object);
    this.name = object.name;
    this.type = isAbsent(this.spec.type) ? 'ClusterIP' : textAt(this.spec, 'type');
    this.isKnownType = knownTypes.has(this.type);
    this.isExternalName = this.type === 'ExternalName';
    this.isHeadless = writtenClusterIP(this.spec) === 'None';
    this.ports = listAt(this.spec, 'ports').map((_, index) => viewPort(this.spec, index));
    const selector = labelsAt(object, ['spec', 'selector']);
    this.selector = selector.size === 0 ? undefined : selector;
    this.clusterIPs = clusterIPsOf(object);
    this.externalIPs = placedTextsAt(object.value, 'spec', 'externalIPs');
    this.externalTrafficPolicy = textAt(this.spec, 'externalTrafficPolicy');
    this.internalTrafficPolicy = textAt(this.spec, 'internalTrafficPolicy');
    this.healthCheckNodePort = integerAt(this.spec, 'healthCheckNodePort') ?? 0;
  }
}

function writtenClusterIP(spec: JsonObject): string {
  return textAt(spec, 'clusterIP') || textAt(spec, 'clusterIPs', 0);
}

function clusterIPsOf(object: ManifestObject): readonly PlacedText[] {
  const list = placedTextsAt(object.value, 'spec', 'clusterIPs');
  if (list.length > 0) return list.filter(({ text }) => text !== '' && text !== 'None');
  const text = textAt(object.value, 'spec', 'clusterIP');
  return text === '' || text === 'None' ? [] : [{ text, path: ['spec', 'clusterIP'] }];
}

function viewPort(spec: JsonObject, index: number): ServicePortView {
  const port = listAt(spec, 'ports')[index];
  return {
    path: ['spec', 'ports', index],
    name: textAt(port, 'name'),
    protocol: textAt(port, 'protocol') || 'TCP',
    port: integerAt(port, 'port'),
    targetPort: stringAt(port, 'targetPort') || integerAt(port, 'targetPort') || undefined,
    nodePort: integerAt(port, 'nodePort') ?? 0,
    appProtocol: textAt(port, 'appProtocol'),
  };
}
