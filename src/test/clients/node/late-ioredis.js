// As late-redis.js. Without the ready check, which asks INFO and takes an error for a Redis that is not ready.
import Redis from 'ioredis';

const redis = new Redis(process.env.REDIS_URL, { connectionName: 'late', enableReadyCheck: false });
console.log(`get ${await redis.get('user:1')}`);
console.log(`set ${await redis.set('user:1', 'ann')}`);
for (;;) {
  try {
    console.log(`count ${await redis.incr('visits')}`);
    break;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
console.log(`name ${await redis.client('GETNAME')}`);
await redis.quit();
