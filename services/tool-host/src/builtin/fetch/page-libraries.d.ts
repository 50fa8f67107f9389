/** As much of these two as is used here, without the types of a browser, which this project does not have. */

declare module '@mixmark-io/domino' {
  export interface PageNode {
    readonly nodeName: string;
    readonly parentNode: PageNode | null;
    readonly previousElementSibling: PageNode | null;
    readonly textContent: string;
    readonly childNodes: ArrayLike<PageNode>;
    getAttribute(name: string): string | null;
    querySelector(selector: string): PageNode | null;
    querySelectorAll(selector: string): ArrayLike<PageNode>;
  }

  export interface Page {
    readonly title: string;
    readonly body: PageNode | null;
    readonly documentElement: PageNode;
    querySelectorAll(selector: string): ArrayLike<PageNode>;
  }

  /** Scripts of the page are not run. */
  export function createDocument(html: string): Page;

  const domino: { createDocument: typeof createDocument };
  export default domino;
}

declare module 'turndown' {
  import type { PageNode } from '@mixmark-io/domino';

  interface Rule {
    filter: string | string[] | ((node: PageNode) => boolean);
    replacement: (content: string, node: PageNode) => string;
  }

  export default class TurndownService {
    constructor(options: Readonly<Record<string, string>>);
    addRule(name: string, rule: Rule): this;
    remove(filter: string[]): this;
    turndown(node: PageNode): string;
  }
}
