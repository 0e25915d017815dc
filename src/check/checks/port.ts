import { knownPorts } from '../../explain/known-ports.js';
import { portsAndNumber } from '../../explain/port-hints.js';
import type { Reason } from '../../explain/types.js';
import { describeWorkloads, listNames } from '../../lint/model/describe.js';
import { servingContainers, servingPorts } from '../../lint/model/serving-ports.js';
import type { WorkloadView } from '../../lint/model/workload.js';
import type { Service, ServicePortSpec } from '../../cluster/types.js';
import { quote } from '../../diagnostics/quote.js';
import { at, result } from '../result.js';
import type { Subject } from '../subject.js';
import type { CheckResult, CheckStatus } from '../types.js';

const name = { id: 'port', title: 'Its ports lead to ports of its Pods' };

type ServingPort = ReturnType<typeof servingPorts>[number]['port'];

interface PortFinding {
  readonly status: CheckStatus;
  readonly reason: Reason | string;
  readonly todo?: string;
}

/** Compares port, targetPort and the ports that containers declare. */
export function port(subject: Subject): CheckResult {
  const { service, workloads, hasPort } = subject;
  if (!hasPort) return noSuchPort(subject);
  if (service === undefined)
    return result(name, 'unknown', [
      'rules show where connections go, not which ports containers declare: add the manifests',
    ]);
  const asked = service.ports.filter(
    (one) => subject.port === undefined || one.name === subject.port || String(one.port) === subject.port,
  );
  if (asked.length === 0) return result(name, 'ok', ['it has no ports: clients use the ports of its Pods']);
  if (workloads.length === 0)
    return result(name, 'unknown', [
      service.selector === undefined
        ? 'it has no selector: its endpoints name their own ports'
        : 'no Pod or Pod template of the inputs matches its selector, so there is nothing to compare',
    ]);
  const findings = asked.map((one) => judge(service, one, workloads));
  const worst = worstOf(findings.map(({ status }) => status));
  const reported = findings.filter(({ status }) => status === worst);
  return result(
    name,
    worst,
    reported.map(({ reason }) => reason),
    reported.find(({ todo }) => todo !== undefined)?.todo,
  );
}

function worstOf(all: readonly CheckStatus[]): CheckStatus {
  return all.includes('failed') ? 'failed' : all.includes('unknown') ? 'unknown' : 'ok';
}

function noSuchPort({ knowledge: { node }, namespace, name: own, port: asked = '' }: Subject): CheckResult {
  const ports = node.families
    .flatMap((family) => knownPorts(node, family))
    .filter(({ service }) => service === `${namespace}/${own}`);
  const has = ports.length === 0 ? 'none in the rules' : portsAndNumber(Number(asked), ports);
  return result(
    name,
    'failed',
    [`${namespace}/${own} has no port ${quote(asked)}; it has ${has}`],
    'Connect to the port of the Service.',
  );
}

function judge(service: Service, port: ServicePortSpec, workloads: readonly WorkloadView[]): PortFinding {
  const declared = workloads.flatMap(servingPorts).map((serving) => serving.port);
  const words = `${port.port}${port.name === '' ? '' : ` (${port.name})`}`;
  const whom = describeWorkloads(workloads);
  const { targetPort } = port;
  const isThere = (one: ServingPort): boolean =>
    typeof targetPort === 'string' ? one.name === targetPort : one.containerPort === targetPort;
  const found = declared.filter((one) => one.protocol === port.protocol && isThere(one));
  if (found.length > 0) {
    const numbers = [...new Set(found.map((one) => one.containerPort))].join(', ');
    const target = typeof targetPort === 'string' ? `${targetPort} (${numbers})` : targetPort;
    return { status: 'ok', reason: `port ${words} leads to ${target}, declared by ${whom}` };
  }
  const failed = (message: string, todo: string): PortFinding => ({
    status: 'failed',
    reason: at(message, service.object, ['spec', 'ports', service.ports.indexOf(port), 'targetPort']),
    todo,
  });
  const other = declared.find(isThere);
  if (other !== undefined)
    return failed(
      `port ${words} sends ${port.protocol}, and ${whom} declares ${String(targetPort)} for ${other.protocol}`,
      'Make the protocols agree.',
    );
  if (typeof targetPort === 'number') return undeclared(words, targetPort, workloads, declared, failed);
  const names = listNames(declared.map((one) => one.name).filter((one) => one !== ''));
  return failed(
    `targetPort ${quote(targetPort)} is not the name of a container port of ${whom} (declared: ${names})`,
    `Name a container port ${quote(targetPort)}, or write its number as targetPort.`,
  );
}

/** A numeric port needs no declaration; but if all containers declare their ports, another number is probably wrong. */
function undeclared(
  words: string,
  target: number,
  workloads: readonly WorkloadView[],
  declared: readonly ServingPort[],
  failed: (message: string, todo: string) => PortFinding,
): PortFinding {
  const numbers = [...new Set(declared.map((one) => one.containerPort))].join(', ');
  if (declared.length === 0 || !workloads.flatMap(servingContainers).every(({ ports }) => ports.length > 0))
    return {
      status: 'unknown',
      reason: `port ${words} leads to ${target}; not all containers declare their ports, which is optional`,
    };
  const right = declared.length === 1 ? `, ${numbers}` : '';
  return failed(
    `port ${words} leads to ${target}, but no container of ${describeWorkloads(workloads)} declares it ` +
      `(declared: ${numbers}): probably no program listens there`,
    `Set targetPort to the port that the Pods listen on${right}; if ${target} is right, declare it in the container.`,
  );
}
