// Loaded into the pulumi-eks provider: ends it when the engine that started it is gone, killed included. The provider's own
// SDK does not notice that.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(0);
}, 1000).unref();
