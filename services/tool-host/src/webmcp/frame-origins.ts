import type { CDPSession } from 'playwright-core';

interface SeenFrame {
  /** "https://shop.example.com"; "null" or "://" where it belongs to nobody. */
  origin: string;
  isMain: boolean;
}

/** What the protocol says of a frame. Source: Chrome DevTools Protocol, Page.Frame and Page.FrameTree. */
interface ProtocolFrame {
  id: string;
  parentId?: string | undefined;
  securityOrigin: string;
}

interface ProtocolTree {
  frame: ProtocolFrame;
  childFrames?: readonly ProtocolTree[] | undefined;
}

/** Which origin each frame of a page belongs to, as the browser says it: what a page says of itself counts for nothing. */
export class FrameOrigins {
  private readonly frames = new Map<string, SeenFrame>();

  /**
   * @param hasPage whether its session sees the page itself, and not only a frame in a process of its own
   * @param onGone told of a frame whose document is replaced or gone, with its tools
   */
  constructor(
    private readonly hasPage: boolean,
    private readonly onGone: (frameId: string) => void,
  ) {}

  async watch(session: CDPSession): Promise<void> {
    session.on('Page.frameNavigated', ({ frame }) => {
      this.onGone(frame.id);
      this.note(frame);
    });
    session.on('Page.frameDetached', ({ frameId, reason }) => {
      // A swap is a frame that goes on in another process.
      if (reason === 'swap') return;
      this.frames.delete(frameId);
      this.onGone(frameId);
    });
    await session.send('Page.enable');
    await this.read(session);
  }

  of(frameId: string): SeenFrame | undefined {
    return this.frames.get(frameId);
  }

  async read(session: CDPSession): Promise<void> {
    const { frameTree } = await session.send('Page.getFrameTree');
    this.noteTree(frameTree);
  }

  private noteTree({ frame, childFrames = [] }: ProtocolTree): void {
    this.note(frame);
    for (const child of childFrames) this.noteTree(child);
  }

  private note({ id, parentId, securityOrigin }: ProtocolFrame): void {
    this.frames.set(id, { origin: securityOrigin, isMain: this.hasPage && parentId === undefined });
  }
}
