import type { Questions, Summary } from '../answers.js';
import type { Reply, Request } from './protocol.js';

type Name = keyof Questions;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The library, in a thread of its own: asked by name, answers when it is done. */
export class Library {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  /** `code`: the program of the thread. */
  constructor(code: string) {
    this.worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
    this.worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      this.settle(data);
    });
    this.worker.addEventListener('error', ({ message }) => {
      for (const { reject } of this.waiting.values()) reject(new Error(message));
      this.waiting.clear();
    });
  }

  /** Opens inputs that stand in a text as JSON. */
  openText(json: string): Promise<Summary> {
    return this.send({ id: this.asked++, json }) as Promise<Summary>;
  }

  ask<Asked extends Name>(name: Asked, ...args: Parameters<Questions[Asked]>): ReturnType<Questions[Asked]> {
    return this.send({ id: this.asked++, name, args }) as ReturnType<Questions[Asked]>;
  }

  private send(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.set(request.id, { resolve, reject });
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
