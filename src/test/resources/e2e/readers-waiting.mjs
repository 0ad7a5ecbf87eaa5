// A source that has become slow: a hundred requests want one key all the time, whoever gets nil takes half a second to load it,
// and as soon as it is there it is out of date.
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const { createClient } = createRequire('/app/')('redis');
const KEY = 'listing:front-page';
const LOADS = 50;

const readers = await Promise.all(Array.from({ length: 100 }, () => createClient({ url: 'redis://127.0.0.1:6379' }).connect()));
let loads = 0;

async function visit(redis) {
  if ((await redis.get(KEY)) !== null) return;
  loads++;
  await sleep(500);
  await redis.set(KEY, 'x');
}

while (loads < LOADS) {
  await Promise.all(readers.map(visit));
  await readers[0].del(KEY);
}
readers.forEach((redis) => redis.destroy());
