import type { Questions, Summary } from '../answers.js';
import type { Reply, Request } from './protocol.js';

type Name = keyof Questions;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** When the question was sent, in milliseconds. */
  readonly since: number;
}

/** Why a question has no answer: other inputs were opened. */
export class Superseded extends Error {}

/**
 * When other inputs are opened, a thread that has been busy with a question for longer than this, in milliseconds, is
 * replaced.
 */
const patience = 2000;

/** The library in a thread of its own: questions are sent by name and answered asynchronously. */
export class Library {
  private readonly address: string;
  private worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  /** `code`: the thread's program. */
  constructor(code: string) {
    this.address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    this.worker = this.startThread();
  }

  /**
   * Opens inputs given as JSON. If the thread is stuck, its open questions are rejected with Superseded, and a new
   * thread is started.
   */
  openText(json: string): Promise<Summary> {
    const oldest = [...this.waiting.values()][0]?.since ?? Infinity;
    if (performance.now() - oldest > patience) this.restart();
    return this.send({ id: this.asked++, json }) as Promise<Summary>;
  }

  ask<Asked extends Name>(name: Asked, ...args: Parameters<Questions[Asked]>): ReturnType<Questions[Asked]> {
    return this.send({ id: this.asked++, name, args }) as ReturnType<Questions[Asked]>;
  }

  private startThread(): Worker {
    const worker = new Worker(this.address);
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      this.settle(data);
    });
    worker.addEventListener('error', ({ message }) => {
      this.rejectAll(new Error(message));
    });
    return worker;
  }

  private restart(): void {
    this.worker.terminate();
    this.rejectAll(new Superseded());
    this.worker = this.startThread();
  }

  private rejectAll(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  private send(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.set(request.id, { resolve, reject, since: performance.now() });
      this.worker.postMessage(request);
    });
  }

  private settle({ id, value, error }: Reply): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}
