/** A picture of one service port: clients, addresses, chains or virtual servers, endpoints by node. */
import type { ExplainedEndpoint, ExplainedPort } from '../../explain/types.js';
import { readServiceChainName } from '../../explain/rules/service-chain.js';
import { shareWords } from '../../explain/words/numbers.js';
import { plain } from '../../explain/words/plain.js';
import { PictureBuilder } from './builder.js';
import { brokenName, serverLabel, wrapped } from './labels.js';
import type { Box, Picture } from './picture.js';
import type { Stop, Way } from './ways.js';
import { count } from '../../diagnostics/words.js';

/** With more endpoints, a picture shows one box for each node. */
const mostEndpoints = 48;

/** `describe`: a chain's effect in a few words; `''` if unknown. */
export function servicePicture(port: ExplainedPort, ways: readonly Way[], describe: (stop: Stop) => string): Picture {
  return new ServiceDrawing(port, ways, describe).draw();
}

type Draft = Omit<Box, 'id' | 'column'>;

class ServiceDrawing {
  private readonly builder: PictureBuilder;
  private readonly details: ReadonlyMap<string, ExplainedEndpoint>;
  private readonly isCrowded: boolean;

  constructor(
    private readonly port: ExplainedPort,
    private readonly ways: readonly Way[],
    private readonly describe: (stop: Stop) => string,
  ) {
    this.builder = new PictureBuilder(`${port.name} (${port.protocol.toUpperCase()} ${port.number}, ${port.family})`);
    this.details = new Map(port.endpoints.map((one) => [one.endpoint, one]));
    this.isCrowded = port.endpoints.length > mostEndpoints;
  }

  draw(): Picture {
    this.ways.forEach((way, index) => {
      const boxes = [this.client(way), this.address(way), ...this.stops(way), this.end(way)];
      this.builder.way(boxes, { index, share: way.share, flow: `${way.client} ${way.address}`, isWrong: isWrong(way) });
    });
    for (const endpoint of this.port.endpoints) if (!this.isUsed(endpoint)) this.endpoint(endpoint.endpoint);
    return this.builder.finish();
  }

  private isUsed({ endpoint }: ExplainedEndpoint): boolean {
    return this.ways.some(({ fate, destination }) => fate === 'delivered' && destination === endpoint);
  }

  private client({ client }: Way): string {
    return this.box(`client ${client}`, { kind: 'client', label: wrapped(client), about: `Client: ${client}` });
  }

  private address({ address }: Way): string {
    const ways = this.ways.filter((way) => way.address === address && !way.isTurnedAway && way.fate !== 'untouched');
    const fails = ways.length > 0 && ways.every(isWrong);
    return this.box(`address ${address}`, {
      kind: 'address',
      label: wrapped(address),
      about: `${address}${fails ? ': no connection to it arrives' : ''}`,
      isWrong: fails,
    });
  }

  /** An endpoint's own chain is part of the endpoint's box. */
  private stops({ stops }: Way): string[] {
    return stops
      .filter(({ kind, name }) => kind === 'server' || readServiceChainName(name)?.kind !== 'endpoint')
      .map((stop) => {
        const words = this.describe(stop);
        const isChain = stop.kind === 'chain';
        return this.box(`${stop.kind} ${stop.table} ${stop.name}`, {
          kind: stop.kind,
          label: isChain ? brokenName(plain(stop.name)) : serverLabel(plain(stop.name)),
          about: `${isChain ? `Chain ${plain(stop.name)} of table ${stop.table}` : plain(stop.name)}${words === '' ? '' : `: ${words}`}`,
          ...(isChain ? { link: { view: 'chain', name: stop.name } } : {}),
        });
      });
  }

  private end(way: Way): string {
    if (way.fate === 'delivered') return this.endpoint(way.destination, way.stops.at(-1));
    const [label, words] = fateWords[way.fate];
    const isMeant = way.isTurnedAway && way.fate !== 'untouched';
    return this.box(`fate ${way.fate} ${String(isMeant)}`, {
      kind: 'fate',
      label: isMeant ? [label, 'not in loadBalancerSourceRanges'] : [label],
      about: `${label}: ${words}`,
      isWrong: isWrong(way),
    });
  }

  private endpoint(endpoint: string, chain?: Stop): string {
    const details = this.details.get(plain(endpoint));
    const group = details?.node ?? '';
    if (this.isCrowded) return this.crowd(group);
    const isOwn = chain?.kind === 'chain' && readServiceChainName(chain.name)?.kind === 'endpoint';
    return this.box(`endpoint ${endpoint}`, {
      kind: 'endpoint',
      label: [
        plain(endpoint),
        ...(details?.target ? [details.target] : []),
        ...(isOwn ? brokenName(plain(chain.name)) : []),
      ],
      about: endpointWords(endpoint, details),
      isWrong: details?.state === 'not ready',
      group: groupName(group, details?.isHere === true),
      ...(isOwn ? { link: { view: 'chain', name: chain.name } } : {}),
    });
  }

  /** The box of all endpoints on one node. */
  private crowd(node: string): string {
    const own = this.port.endpoints.filter((one) => one.node === node);
    const words = count(own.length, 'endpoint');
    return this.box(`endpoints ${node}`, {
      kind: 'endpoint',
      label: [words],
      about: `${words} on ${node === '' ? 'nodes that nothing names' : `node ${plain(node)}`}`,
      group: groupName(node, own[0]?.isHere === true),
    });
  }

  private box(key: string, draft: Pick<Draft, 'kind' | 'label' | 'about'> & Partial<Draft>): string {
    return this.builder.box(key, { isWrong: false, group: '', ...draft });
  }
}

/** Rejecting clients that the Service's settings exclude is correct. */
function isWrong({ fate, isTurnedAway }: Way): boolean {
  return (fate === 'refused' || fate === 'dropped') && !isTurnedAway;
}

const fateWords = {
  refused: ['rejected', 'the client gets an error at once ("connection refused")'],
  dropped: ['dropped', 'no answer comes back; the client waits for its timeout'],
  untouched: ['no Service rule matches', 'it is routed unchanged to whatever has this address, if anything has'],
} as const;

function groupName(node: string, isHere: boolean): string {
  if (node === '') return isHere ? 'this node' : '';
  return `node ${plain(node)}${isHere ? ' (this node)' : ''}`;
}

function endpointWords(endpoint: string, details: ExplainedEndpoint | undefined): string {
  const { target = '', node = '', state = '', share = 0, shareFromOutside = 0 } = details ?? {};
  const shares =
    share === shareFromOutside || shareFromOutside === 0
      ? shareWords(share)
      : `${shareWords(share)} (${shareWords(shareFromOutside)} from outside)`;
  const parts = [plain(endpoint), target, node === '' ? '' : `node ${plain(node)}`, state];
  return `${parts.filter((part) => part !== '').join(', ')}; gets ${shares} of new connections`;
}
