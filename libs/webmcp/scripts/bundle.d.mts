export declare const files: { browser: string; polyfill: string };
export declare function bundles(): Promise<{ browser: string; polyfill: string }>;
