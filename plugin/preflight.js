// Runs before `npm start`, `npm test` and the command for CI. Node 24 comes with `npm ci` as an optional dependency for Linux and Windows;
// where it did not (a Mac, or `--omit=optional`), say so in one sentence instead of failing on the first type annotation.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Node 24 or newer is needed, this is ${process.version}. Install Node 24 (https://nodejs.org), or run \`npm ci\` without --omit=optional.`,
  );
  process.exit(1);
}
