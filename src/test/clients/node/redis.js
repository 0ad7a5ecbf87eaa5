// A program of somebody who knows Redis and nothing else: prints what it saw as one JSON object.
import { createClient } from 'redis';

const redis = await createClient({ url: process.env.REDIS_URL }).connect();
const seen = {};

seen.set = await redis.set('user:1', 'ann');
seen.ttlOfSet = await redis.ttl('user:1');
seen.setLonger = await redis.set('user:2', 'bob', { expiration: { type: 'EX', value: 3600 } });
seen.ttlOfSetLonger = await redis.ttl('user:2');
seen.setex = await redis.setEx('user:3', 600, 'cid');
seen.ttlOfSetex = await redis.ttl('user:3');
await redis.set('user:4', 'dan', { expiration: { type: 'EX', value: 20 } });
seen.ttlOfSetShorter = await redis.ttl('user:4');
seen.keepTtl = await redis.set('user:4', 'don', { expiration: 'KEEPTTL' });
seen.ttlOfKeepTtl = await redis.ttl('user:4');
seen.lock = await redis.set('user:lock', 'token', { expiration: { type: 'EX', value: 3600 }, condition: 'NX' });
seen.ttlOfLock = await redis.ttl('user:lock');
seen.lockAgain = await redis.set('user:lock', 'token', { expiration: { type: 'EX', value: 3600 }, condition: 'NX' });
seen.setOther = await redis.set('other:1', 'x');
seen.ttlOfOther = await redis.ttl('other:1');
seen.hset = await redis.hSet('user:5', 'name', 'eve');
seen.ttlOfHset = await redis.ttl('user:5');
seen.multi = await redis
  .multi().set('user:6', 'fay').incr('user:7').get('user:6').get('user:nobody').exec();
seen.ttlOfMulti = await redis.ttl('user:6');
seen.ttlOfMultiIncr = await redis.ttl('user:7');
seen.hit = await redis.get('user:1');
seen.miss = await redis.get('user:nobody');
seen.mget = await redis.mGet(['user:1', 'user:nobody', 'other:1']);
seen.hget = await redis.hGet('user:5', 'name');

console.log(JSON.stringify(seen));
redis.destroy();
