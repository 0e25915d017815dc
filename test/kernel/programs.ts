/**
 * A server on TCP and UDP port 8080 that answers every client with `NAME SOURCE-ADDRESS` and prints a line when it is
 * ready.
 */
export function answeringServer(name: string): string {
  return `
    const reply = (address) => '${name} ' + address.replace('::ffff:', '');
    const udp = require('node:dgram').createSocket('udp4');
    udp.on('message', (_, from) => udp.send(reply(from.address), from.port, from.address));
    udp.bind(8080, () => require('node:net').createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(reply(socket.remoteAddress ?? ''));
    }).listen(8080, '0.0.0.0', 512, () => console.log('ready')));`;
}

/** A client that connects `count` times, a few at once, and prints the number of each answer (or error) as JSON. */
export function connectingClient(address: string, port: number, count: number): string {
  return `
    const tally = {};
    const one = () => new Promise((done) => {
      const socket = require('node:net').connect({ host: '${address}', port: ${port}, family: 4 });
      let text = '';
      socket.setTimeout(3000, () => { text = 'timeout'; socket.destroy(); });
      socket.on('data', (chunk) => { text += chunk; });
      socket.on('error', (error) => { text = error.code; });
      socket.on('close', () => { tally[text] = (tally[text] ?? 0) + 1; done(); });
    });
    const worker = async () => { while (started++ < ${count}) await one(); };
    let started = 0;
    Promise.all(Array.from({ length: 8 }, worker)).then(() => console.log(JSON.stringify(tally)));`;
}

/** The same over UDP: every datagram has its own socket, and so its own source port. */
export function askingClient(address: string, port: number, count: number): string {
  return `
    const tally = {};
    const one = () => new Promise((done) => {
      const socket = require('node:dgram').createSocket('udp4');
      const end = (text) => { clearTimeout(timer); tally[text] = (tally[text] ?? 0) + 1; socket.close(done); };
      const timer = setTimeout(() => end('timeout'), 3000);
      socket.once('error', (error) => end(error.code));
      socket.once('message', (message) => end(message.toString()));
      socket.connect(${port}, '${address}', () => socket.send('?'));
    });
    const worker = async () => { while (started++ < ${count}) await one(); };
    let started = 0;
    Promise.all(Array.from({ length: 8 }, worker)).then(() => console.log(JSON.stringify(tally)));`;
}
