import type { Logger } from '@switchyard/telemetry';
import type { CDPSession } from 'playwright-core';

export interface NavigationRules {
  origins: ReadonlySet<string>;
  server: string;
  logger: Logger;
}

/**
 * Lets a page and its frames go to the origins that are allowed, and nowhere else, whichever way they take: a link, a form, a script, a redirect.
 * A refused page stays where it is. Source: Chrome DevTools Protocol, Fetch.requestPaused.
 */
export async function guardNavigation(
  session: CDPSession,
  { origins, server, logger }: NavigationRules,
): Promise<void> {
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const origin = URL.canParse(request.url) ? new URL(request.url).origin : 'null';
    const allowed = origins.has(origin);
    if (!allowed) logger.info({ server, origin }, 'A page wanted to go to an origin that is not allowed');
    const answer = allowed
      ? session.send('Fetch.continueRequest', { requestId })
      : session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    answer.catch((error: unknown) => {
      logger.debug({ err: error, server }, 'A page was gone before its request was judged');
    });
  });
  // Document is what a page or a frame shows, at every hop of a redirect.
  await session.send('Fetch.enable', {
    patterns: [{ urlPattern: '*', resourceType: 'Document', requestStage: 'Request' }],
  });
}
