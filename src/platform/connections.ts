import http from 'node:http';
import type { Socket } from 'node:net';

/** The connections to one origin: those that are open, and one that was begun before any request needed it. */
export class Connections extends http.Agent {
  #unused: Socket[] = [];
  #early: Promise<Socket> | undefined;
  #opening = 0;

  constructor() {
    super({ keepAlive: true });
  }

  /** Begins to open a connection for a request to come, unless there is or will be one. It fails in silence. */
  openEarly(open: () => Promise<Socket>): void {
    const isInUse = this.#opening > 0 || Object.keys(this.sockets).length > 0;
    if (this.#early !== undefined || isInUse || this.#hasFree()) return;
    // Until a request takes it, it does not keep the process alive, as a kept connection does not.
    this.#early = open().then((socket) => socket.unref());
    this.#early.catch(() => {});
  }

  /**
   * Makes sure that the next request finds a connection.
   * @param open gets the one that was begun early, if it was
   */
  async provide(open: (early: Promise<Socket> | undefined) => Promise<Socket>): Promise<void> {
    if (this.#hasFree()) return;
    const early = this.#early;
    this.#early = undefined;
    this.#opening++;
    try {
      const socket = await open(early);
      this.#unused.push(socket.ref());
    } finally {
      this.#opening--;
    }
  }

  #hasFree(): boolean {
    this.#unused = this.#unused.filter((socket) => !socket.destroyed);
    const kept = Object.values(this.freeSockets).flatMap((sockets) => sockets ?? []);
    return this.#unused.length > 0 || kept.some((socket) => !socket.destroyed);
  }

  override createConnection(): Socket | undefined {
    return this.#unused.pop();
  }

  override destroy(): void {
    this.#early?.then(
      (socket) => socket.destroy(),
      () => {},
    );
    for (const socket of this.#unused) socket.destroy();
    super.destroy();
  }
}
