// Imported first by every script: what follows may use what older versions lack.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Switchyard needs Node 20.19 or newer; this is ${process.version} (${process.execPath}).`);
  console.error('Install a current one from https://nodejs.org, then type the same line again.');
  process.exit(1);
}
