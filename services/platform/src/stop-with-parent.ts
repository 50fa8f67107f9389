// Loaded before a service that `switchyard up --separate` started: the channel to the parent closes when the parent ends,
// however it ended, and the service then stops in good order instead of living on unseen.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

export {};
