import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface LeavingPostgres {
  url: string;
  close(): Promise<void>;
}

/** Answers every statement with one row; its second connection hears that it is ready and that the server leaves in one segment. */
export async function leavingPostgres(): Promise<LeavingPostgres> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const greeting = sockets.size === 2 ? Buffer.concat([READY, LEAVING]) : READY;
    let greeted = false;
    // Whoever is told to go may cut the connection.
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      socket.write(greeted ? answerTo(data) : greeting);
      greeted = true;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://a:b@127.0.0.1:${port}/x`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** https://www.postgresql.org/docs/18/protocol-message-formats.html */
function message(type: string, body: Buffer | string = ''): Buffer {
  const content = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

const IDLE = message('Z', 'I');
const READY = Buffer.concat([message('R', '\0\0\0\0'), IDLE]);
const LEAVING = message('E', 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0');
const SIMPLE_QUERY = 'Q'.charCodeAt(0);
/** What TypeORM asks a new server for. */
const COLUMNS = { version: 'PostgreSQL 18.4', server_version: '18.4', current_database: 'x', current_schema: 'x' };

function answerTo(data: Buffer): Buffer {
  const prepared = data[0] === SIMPLE_QUERY ? [] : [message('1'), message('2')];
  const columns = Object.keys(COLUMNS).map((name) => Buffer.concat([Buffer.from(`${name}\0`), TEXT_COLUMN]));
  const values = Object.values(COLUMNS).map((value) => Buffer.concat([int32(value.length), Buffer.from(value)]));
  const count = Buffer.from([0, columns.length]);
  return Buffer.concat([
    ...prepared,
    message('T', Buffer.concat([count, ...columns])),
    message('D', Buffer.concat([count, ...values])),
    message('C', 'SELECT 1\0'),
    IDLE,
  ]);
}

/** No table, type `text` (25) of any length, as text. */
const TEXT_COLUMN = Buffer.concat([
  int32(0),
  Buffer.from([0, 0]),
  int32(25),
  Buffer.from([255, 255]),
  int32(-1),
  Buffer.from([0, 0]),
]);

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
