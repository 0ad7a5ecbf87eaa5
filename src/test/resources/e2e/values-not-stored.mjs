// An application that updates by SET what it also reads: a load by the book, then SETs that no load explains.
//   node values-not-stored.mjs LOADS UPDATES-PER-LOAD
import { createRequire } from 'node:module';

const { createClient } = createRequire('/app/')('redis');
const [loads, updates] = process.argv.slice(2).map(Number);
const run = Date.now();

const redis = await createClient({ url: 'redis://127.0.0.1:6379' }).connect();
for (let load = 0; load < loads; load++) {
  const key = `listing:${run}-${load}`;
  if ((await redis.get(key)) !== null) throw new Error(`${key} was there`);
  for (let set = 0; set <= updates; set++) await redis.set(key, 'x');
}
redis.destroy();
