// A program that starts while Redis is down: says what a read and a write gave, and when a write that needs Redis has succeeded.
import { createClient } from 'redis';

const redis = await createClient({ url: process.env.REDIS_URL, RESP: 3, name: 'late' }).on('error', () => {}).connect();
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
console.log(`name ${await redis.clientGetName()}`);
await redis.close();
