import { fillIn, schemaOfForm } from './form-fields.js';
import type { StandInContext } from './stand-in.js';

/** A submit that an agent brought about. Source: WebMCP, SubmitEvent. */
interface AgentSubmit extends SubmitEvent {
  agentInvoked: boolean;
  respondWith(answer: unknown): void;
}

/** Forms with `toolname` are tools, as long as they stand in the document. */
export function watchForms(context: StandInContext, root: Document): void {
  const offered = new Map<HTMLFormElement, { text: string; withdraw: AbortController }>();
  const look = () => {
    for (const [form, offer] of offered) {
      if (form.isConnected && textOf(form) === offer.text) continue;
      offer.withdraw.abort();
      offered.delete(form);
    }
    for (const form of root.querySelectorAll<HTMLFormElement>('form[toolname]')) {
      if (!offered.has(form)) offered.set(form, offer(context, form));
    }
  };
  new MutationObserver(look).observe(root, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['toolname', 'tooldescription', 'toolautosubmit', 'toolparamdescription', 'required', 'disabled'],
  });
  look();
}

/** What changes where the tool is another one. */
function textOf(form: HTMLFormElement): string {
  return JSON.stringify([form.getAttribute('toolname'), form.getAttribute('tooldescription'), schemaOfForm(form)]);
}

function offer(context: StandInContext, form: HTMLFormElement): { text: string; withdraw: AbortController } {
  const withdraw = new AbortController();
  const name = form.getAttribute('toolname') ?? '';
  const registered = context.registerTool(
    {
      name,
      description: form.getAttribute('tooldescription') ?? name,
      inputSchema: schemaOfForm(form),
      execute: (input, extra) => submit(form, input as Readonly<Record<string, unknown>>, extra?.signal),
    },
    { signal: withdraw.signal },
  );
  registered.catch((error: unknown) => console.error(`The form "${name}" is no tool:`, error));
  return { text: textOf(form), withdraw };
}

/** Fills a form in and sends it, or waits until a person does. */
function submit(
  form: HTMLFormElement,
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = (event: Event) => {
      const byAgent = event as AgentSubmit;
      let answered = false;
      Object.defineProperty(byAgent, 'agentInvoked', { value: true, configurable: true });
      Object.defineProperty(byAgent, 'respondWith', {
        configurable: true,
        value: (answer: unknown) => {
          answered = true;
          Promise.resolve(answer).then(resolve, reject);
        },
      });
      // After the page's own listeners, and before it goes on to the next page.
      queueMicrotask(() => {
        if (!answered) resolve('The form was sent.');
      });
    };
    form.addEventListener('submit', sent, { once: true, capture: true });
    signal?.addEventListener('abort', () => form.removeEventListener('submit', sent, { capture: true }), {
      once: true,
    });
    fillIn(form, input);
    if (form.hasAttribute('toolautosubmit')) {
      if (form.reportValidity()) form.requestSubmit();
      else reject(new Error('The form refuses what was put into it.'));
    }
  });
}
