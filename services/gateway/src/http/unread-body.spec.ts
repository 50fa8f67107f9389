import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { startGateway, type TestGateway } from '../testing/gateway.fixture.js';
import { answerOnceSent } from './unread-body.js';

const MEBIBYTE = 1_048_576;

/** Sends as a program does that looks for the answer only when it has sent everything. */
async function sendAll(url: string, head: readonly string[], body: Buffer): Promise<string> {
  const socket = await open(url);
  const answer = read(socket);
  socket.write([...head, '', ''].join('\r\n'));
  // Small writes: the server has refused long before the last one.
  for (let at = 0; at < body.length; at += 65_536) {
    const taken = socket.write(body.subarray(at, at + 65_536));
    if (!taken) await Promise.race([answer, new Promise((resolve) => socket.once('drain', resolve))]);
  }
  return await answer;
}

function open(url: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** What comes until the server closes the connection; a reset is an error. */
function read(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.once('end', () => {
      socket.destroy();
      resolve(text);
    });
    socket.once('error', reject);
  });
}

describe('a body over the limit of the gateway', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const head = ['POST /v1/tasks HTTP/1.1', 'host: 127.0.0.1', 'connection: close', 'content-type: application/json'];

  it.each([
    ['with its length', 'Bearer sy_admin', '413', 'task.too_large'],
    ['from somebody unknown', 'Bearer sy_nobody', '401', 'key.invalid'],
  ])('%s is answered with the reason once it was sent', async (_, authorization, status, code) => {
    const body = Buffer.alloc(6 * MEBIBYTE, 'x');
    const length = `content-length: ${body.length}`;
    const answer = await sendAll(gateway.url, [...head, `authorization: ${authorization}`, length], body);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('in chunks is answered with the reason once it was sent', async () => {
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`);
    const body = Buffer.concat([...Array.from({ length: 96 }, () => chunk), Buffer.from('0\r\n\r\n')]);
    const more = ['authorization: Bearer sy_admin', 'transfer-encoding: chunked'];
    const answer = await sendAll(gateway.url, [...head, ...more], body);
    expect(answer).toContain('HTTP/1.1 413');
    expect(answer).toContain('"code":"task.too_large"');
  });
});

describe('a sender that does not come to an end', () => {
  let app: NestFastifyApplication;
  let url: string;
  beforeAll(async () => {
    @Module({})
    class Empty {}
    app = await NestFactory.create<NestFastifyApplication>(Empty, new FastifyAdapter(), { logger: false });
    answerOnceSent(app, { bytes: MEBIBYTE, milliseconds: 50 });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  it.each([
    ['that stops half way', 'content-length: 100'],
    ['that announces too much', `content-length: ${64 * MEBIBYTE}`],
    ['that announces nothing', 'transfer-encoding: chunked'],
  ])('%s is answered, and the connection closed', async (_, length) => {
    const socket = await open(url);
    socket.write(`POST /nowhere HTTP/1.1\r\nhost: 127.0.0.1\r\n${length}\r\n\r\n`);
    const answer = await read(socket);
    expect(answer).toContain('HTTP/1.1 404');
    expect(answer.toLowerCase()).toContain('connection: close');
  });
});
