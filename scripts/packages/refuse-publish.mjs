// Runs where somebody publishes the clone: without its platforms' packages, the package would have no native backend.
console.error(
  'convkit: this folder is not what is published. `npm run stage` writes that to build/packages; then ' +
    '`npm publish ./build/packages/ID` publishes each platform, and `npm publish ./build/packages/convkit`, last, the ' +
    'package that asks for them.',
);
process.exitCode = 1;
