// Writes src/openapi/comments.gen.ts: what proto/ says of each field in words, for the OpenAPI document. The generated
// types do not carry comments at run time. Run it after a change of proto/; a test says when it is due.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// Field numbers of FileDescriptorProto.message_type and DescriptorProto.field: google/protobuf/descriptor.proto.
const MESSAGE = 4;
const FIELD = 2;

export function readComments() {
  const buf = fileURLToPath(new URL('../../../node_modules/.bin/buf', import.meta.url));
  const image = JSON.parse(
    execFileSync(buf, ['build', '-o', '-#format=json'], { cwd: root, maxBuffer: 64 * 1024 * 1024 }),
  );
  const comments = {};
  for (const file of image.file.filter(({ package: name }) => name === 'switchyard.v1')) {
    for (const { path, leadingComments } of file.sourceCodeInfo?.location ?? []) {
      if (!leadingComments || path.length !== 4 || path[0] !== MESSAGE || path[2] !== FIELD) continue;
      const message = file.messageType[path[1]];
      const text = leadingComments.trim().replace(/\s*\n\s*/g, ' ');
      comments[message.name] = { ...comments[message.name], [message.field[path[3]].name]: text };
    }
  }
  return comments;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = new URL('../src/openapi/comments.gen.ts', import.meta.url);
  const body = JSON.stringify(readComments(), null, 2);
  writeFileSync(
    target,
    `// Written by scripts/write-comments.mjs from proto/. Not edited by hand.\nexport const COMMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = ${body};\n`,
  );
  execFileSync('npx', ['prettier', '--write', fileURLToPath(target)], { cwd: root, stdio: 'ignore' });
}
