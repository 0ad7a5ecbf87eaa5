// The mutex of mutex.py with node-redis, where all that a program does at once shares one connection.
//
//   echo 42 | node mutex.js
//
// Takes the ids of users, one a line, and does not wait for one before it begins the next.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';

const { REDIS_URL = 'redis://127.0.0.1:6379', SOURCE_URL = 'http://127.0.0.1:8000' } = process.env;

const redis = await createClient({ url: REDIS_URL }).connect();

async function loadUser(id) {
  const response = await fetch(`${SOURCE_URL}/users/${id}`);
  return response.json();
}

async function getUser(id) {
  const key = `user:${id}`;
  const lock = `lock:user:${id}`;
  for (;;) {
    const cached = await redis.get(key);
    if (cached !== null) return JSON.parse(cached);
    if (await redis.set(lock, 'taken', { condition: 'NX', expiration: { type: 'EX', value: 5 } })) {
      try {
        const user = await loadUser(id);
        await redis.setEx(key, 600, JSON.stringify(user));
        return user;
      } finally {
        await redis.del(lock);
      }
    }
    await sleep(50);
  }
}

const asked = [];
for await (const id of createInterface({ input: process.stdin })) {
  asked.push(getUser(id).then((user) => console.log(JSON.stringify(user))));
}
await Promise.all(asked);
await redis.close();
