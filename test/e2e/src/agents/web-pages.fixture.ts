import { once } from 'node:events';
import { accessSync, constants, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

const LIBRARY = readFileSync(createRequire(import.meta.url).resolve('@switchyard/webmcp/browser.js'), 'utf8');

/** A web application as a team has it, with our script: what it looks up, and what it books. */
const HOTEL = `<!doctype html><title>Hotel</title><script src="/switchyard-webmcp.js"></script><script>
const bookings = [];
SwitchyardWebMcp.offerTools([
  { name: 'find_room', description: 'Finds free rooms in a city', readOnlyHint: true,
    inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
    execute: ({ city }) => ({ city, rooms: [{ number: 12, price: 90 }] }) },
  { name: 'book_room', description: 'Books a room by its number', consequentialHint: true,
    inputSchema: { type: 'object', properties: { number: { type: 'integer' } }, required: ['number'] },
    execute: async ({ number }) => { await fetch('/booked', { method: 'POST' }); return { booked: number }; } },
]);</script>`;

/** A page that offers a form, with nothing but the browser's own interface. */
const TRAINS = `<!doctype html><title>Trains</title>
<form toolname="next_train" tooldescription="The next train to a place" toolautosubmit><input name="place" required></form>
<script>document.querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  event.respondWith(Promise.resolve('The next train to ' + event.target.place.value + ' leaves at 22:14.'));
});</script>`;

/** A page whose tool stands in a frame. */
const WEATHER = `<!doctype html><title>Weather</title><iframe src="/frame"></iframe>`;
const FRAME = `<!doctype html><script>document.modelContext.registerTool({ name: 'get_weather', description: 'The weather of a city',
  annotations: { readOnlyHint: true },
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  execute: ({ city }) => 'Drizzle in ' + city + ', 11 °C' });</script>`;

/** Three web pages that offer tools. */
export class WebToolPages {
  booked = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebToolPages> {
    const server = createServer();
    const pages = new WebToolPages(server);
    const texts: Readonly<Record<string, string>> = {
      '/hotel': HOTEL,
      '/trains': TRAINS,
      '/weather': WEATHER,
      '/frame': FRAME,
    };
    server.on('request', (request, response) => {
      if (request.url === '/booked') pages.booked += 1;
      const isScript = request.url === '/switchyard-webmcp.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
      response.end(isScript ? LIBRARY : (texts[request.url ?? ''] ?? ''));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return pages;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Whether there is a browser for them. In CI there has to be one. */
export function hasBrowser(): boolean {
  const places = [process.env['SWITCHYARD_CHROMIUM'] ?? [], '/usr/bin/chromium', '/usr/bin/chromium-browser'].flat();
  return process.env['CI'] !== undefined || places.some(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Then it is none.
    return false;
  }
}
