import type { ExplainedChain, ExplainedPort, ExplainedTraffic, ServiceExplanation } from '../types.js';
import { shareWords } from '../words/numbers.js';
import { GraphBuilder, type Graph } from './graph.js';

const mostEndpoints = 8;

/** Clients, the addresses they use, the chains that decide, and endpoints with their shares. */
export function serviceGraph(service: ServiceExplanation): Graph {
  const builder = new GraphBuilder(`Service ${service.name}`);
  const drawing = new ServiceDrawing(builder);
  for (const port of service.ports) drawing.port(port);
  if (service.ports.length === 0) drawing.names(service);
  return builder.finish();
}

class ServiceDrawing {
  constructor(private readonly builder: GraphBuilder) {}

  port(port: ExplainedPort): void {
    port.traffic.forEach((row, index) => {
      this.row(port, row, index);
    });
  }

  /** A Service without rules has only DNS names. */
  names({ name, dns, type }: ServiceExplanation): void {
    const client = this.builder.node('client', 'client', ['a Pod']);
    const service = this.builder.node('service', 'address', [`${type} Service ${name}`]);
    this.builder.edge(client, service, 'DNS');
    const answers = [...new Set(dns.filter((record) => record.type !== 'SRV').flatMap(({ values }) => values))];
    for (const value of answers.slice(0, mostEndpoints))
      this.builder.edge(service, this.builder.node(`answer ${value}`, 'endpoint', [value]));
    if (answers.length > mostEndpoints)
      this.builder.edge(
        service,
        this.builder.node('more', 'endpoint', [`… and ${answers.length - mostEndpoints} more`]),
      );
  }

  private row(port: ExplainedPort, row: ExplainedTraffic, index: number): void {
    const source =
      row.fate === 'delivered'
        ? [
            { client: 'source address kept', node: "source becomes the node's", mixed: "source kept or the node's" }[
              row.source
            ],
          ]
        : [];
    const address = this.builder.node(`${port.name} ${port.family} row ${index}`, 'address', [...row.to, ...source]);
    for (const client of row.from)
      this.builder.edge(this.builder.node(`client ${client}`, 'client', [client]), address);
    if (row.fate === 'delivered') this.endpoints(port, row, this.chain(port, row, address));
    else
      this.builder.edge(
        address,
        this.builder.node(`fate ${row.fate}`, 'refused', [
          { refused: 'refused', dropped: 'dropped', untouched: 'no Service rule matches' }[row.fate],
        ]),
      );
  }

  /** The chain that balances over these endpoints, if there is one. */
  private chain(port: ExplainedPort, row: ExplainedTraffic, address: string): string {
    const chain = port.chains.find((one) => isBalancing(one) && sharesOut(one, port, row));
    if (chain === undefined) return address;
    const id = this.builder.node(`chain ${chain.chain}`, 'chain', [chain.chain]);
    this.builder.edge(address, id);
    return id;
  }

  private endpoints({ name, family }: ExplainedPort, { endpoints }: ExplainedTraffic, from: string): void {
    const shown = endpoints.length > mostEndpoints + 1 ? endpoints.slice(0, mostEndpoints) : endpoints;
    for (const { endpoint, share } of shown)
      this.builder.edge(from, this.builder.node(`endpoint ${endpoint}`, 'endpoint', [endpoint]), shareWords(share));
    const left = endpoints.slice(shown.length);
    if (left.length === 0) return;
    const id = this.builder.node(`more ${name} ${family} ${left.length}`, 'endpoint', [`… and ${left.length} more`]);
    this.builder.edge(from, id, shareWords(left.reduce((sum, { share }) => sum + share, 0)));
  }
}

function isBalancing({ chain, kind }: ExplainedChain): boolean {
  return kind === undefined && /^(?:KUBE-(?:SVC|SVL|XLB)-|(?:service|local)-[A-Z2-7]{8}-)/.test(chain);
}

/** The destinations of rules that contain them directly. */
function endpointsOf({ rules }: ExplainedChain): string[] {
  return rules.flatMap(({ leadsTo = [] }) => leadsTo.flatMap(({ name, kind }) => (kind === 'endpoint' ? [name] : [])));
}

/** Whether a chain jumps to the chains of exactly these endpoints. */
function sharesOut(chain: ExplainedChain, port: ExplainedPort, { endpoints }: ExplainedTraffic): boolean {
  const wanted = new Set(endpoints.map(({ endpoint }) => endpoint));
  const led = new Set<string>(endpointsOf(chain));
  const next = new Set(chain.rules.flatMap(({ leadsTo = [] }) => leadsTo.map(({ name }) => name)));
  for (const one of port.chains) {
    if (next.has(one.chain)) for (const endpoint of endpointsOf(one)) led.add(endpoint);
    if (!one.chain.startsWith('KUBE-SEP-') || !chain.rules.some(({ text }) => text.endsWith(`-j ${one.chain}`)))
      continue;
    const endpoint = /--to-destination (\S+)/.exec(one.rules.map(({ text }) => text).join('\n'))?.[1];
    if (endpoint !== undefined) led.add(endpoint);
  }
  return led.size === wanted.size && [...led].every((endpoint) => wanted.has(endpoint));
}
