// A program of somebody who knows Redis and nothing else: prints what it saw as one JSON object.
import Redis from 'ioredis';

const redis = new Redis(process.env.REDIS_URL);
const seen = {};

seen.set = await redis.set('user:1', 'ann');
seen.ttlOfSet = await redis.ttl('user:1');
seen.setLonger = await redis.set('user:2', 'bob', 'EX', 3600);
seen.ttlOfSetLonger = await redis.ttl('user:2');
seen.setex = await redis.setex('user:3', 600, 'cid');
seen.ttlOfSetex = await redis.ttl('user:3');
await redis.set('user:4', 'dan', 'EX', 20);
seen.ttlOfSetShorter = await redis.ttl('user:4');
seen.keepTtl = await redis.set('user:4', 'don', 'KEEPTTL');
seen.ttlOfKeepTtl = await redis.ttl('user:4');
seen.lock = await redis.set('user:lock', 'token', 'EX', 3600, 'NX');
seen.ttlOfLock = await redis.ttl('user:lock');
seen.lockAgain = await redis.set('user:lock', 'token', 'EX', 3600, 'NX');
seen.setOther = await redis.set('other:1', 'x');
seen.ttlOfOther = await redis.ttl('other:1');
seen.hset = await redis.hset('user:5', 'name', 'eve');
seen.ttlOfHset = await redis.ttl('user:5');
const multi = await redis
  .multi().set('user:6', 'fay').incr('user:7').get('user:6').get('user:nobody').exec();
seen.multi = multi.map(([, reply]) => reply);
seen.ttlOfMulti = await redis.ttl('user:6');
seen.ttlOfMultiIncr = await redis.ttl('user:7');
seen.hit = await redis.get('user:1');
seen.miss = await redis.get('user:nobody');
seen.mget = await redis.mget('user:1', 'user:nobody', 'other:1');
seen.hget = await redis.hget('user:5', 'name');

console.log(JSON.stringify(seen));
await redis.quit();
