import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '@switchyard/contracts';

export const RAILWAY_KEY = 'key-of-the-railway';

const string = { schema: { type: 'string' } };
const responses = { 200: { description: 'Fine' } };

/** The API of a railway, with a document and a key that it asks for. */
export class RailwayApi {
  readonly bookings: JsonObject[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<RailwayApi> {
    const server = createServer();
    const api = new RailwayApi(server);
    server.on('request', (request, response) => void api.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  get document(): JsonObject {
    return {
      openapi: '3.0.3',
      info: { title: 'Railway', version: '1' },
      components: { securitySchemes: { railway_key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } } },
      security: [{ railway_key: [] }],
      paths: {
        '/stations/{station}/departures': {
          get: {
            operationId: 'get_departures',
            summary: 'The next departures at a station',
            tags: ['timetable'],
            parameters: [{ name: 'station', in: 'path', required: true, ...string }],
            responses,
          },
        },
        '/bookings': {
          post: {
            operationId: 'book_seat',
            summary: 'Books a seat on a train',
            tags: ['bookings'],
            requestBody: {
              required: true,
              content: {
                'application/json': {
                  schema: { type: 'object', properties: { train: { type: 'string' } }, required: ['train'] },
                },
              },
            },
            responses,
          },
        },
        '/staff': { get: { operationId: 'list_staff', tags: ['internal'], responses } },
      },
    };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.url === '/openapi.json') return json(response, 200, this.document);
    if (request.headers['x-api-key'] !== RAILWAY_KEY) return json(response, 401, { error: 'A key is needed.' });
    if (request.url === '/bookings') {
      this.bookings.push(JSON.parse(body) as JsonObject);
      return json(response, 201, { booking: this.bookings.length, key: request.headers['x-api-key'] });
    }
    const station = /^\/stations\/([^/]+)\/departures$/.exec(request.url ?? '')?.[1];
    if (station === undefined) return json(response, 404, { error: 'No such place.' });
    const departures = [{ train: 'F 61', time: '22:14', links: { self: '/trains/61' } }];
    json(response, 200, { station: decodeURIComponent(station), departures });
  }
}

function json(response: ServerResponse, status: number, value: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
