// An application under load that counts its errors by command. It reads, stores and deletes the keys user:N, and one time
// in ten listing:N, whose loads the examples coalesce, at RATE commands a second, and goes on doing so for some seconds
// after SIGTERM, as a service does that drains.
//
//   GET /stats    what it counted, as JSON; also its last words, in /dev/termination-log
//   GET /forget   forgets which command was the slowest
//   GET /healthz  200
import http from 'node:http';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const { createClient } = createRequire('/app/')('redis');
const { REDIS_URL = 'redis://127.0.0.1:6379', RATE = '100', DRAIN_MILLIS = '2000', KEYS = '50' } = process.env;

const counts = () => ({ done: 0, errors: 0, slowestMillis: 0, lastError: '' });
const stats = { hits: 0, misses: 0, connectionErrors: 0, get: counts(), set: counts(), del: counts() };

const redis = createClient({ url: REDIS_URL, socket: { reconnectStrategy: 50 } });
redis.on('error', () => stats.connectionErrors++);

async function counted(name, command) {
  const started = performance.now();
  try {
    return await command();
  } catch (error) {
    stats[name].errors++;
    stats[name].lastError = String(error.message);
    return undefined;
  } finally {
    stats[name].done++;
    stats[name].slowestMillis = Math.max(stats[name].slowestMillis, performance.now() - started);
  }
}

async function visit() {
  const kind = Math.random() < 0.1 ? 'listing' : 'user';
  const key = `${kind}:${Math.floor(Math.random() * Number(KEYS))}`;
  if (Math.random() < 0.05) {
    await counted('del', () => redis.del(key));
    return;
  }
  const found = await counted('get', () => redis.get(key));
  if (found === undefined) return;
  if (found !== null) {
    stats.hits++;
    return;
  }
  stats.misses++;
  await counted('set', () => redis.setEx(key, 600, 'x'.repeat(100)));
}

await redis.connect();
const visitors = setInterval(visit, 1000 / Number(RATE));
const server = http.createServer((request, response) => {
  if (request.url === '/forget') for (const command of [stats.get, stats.set, stats.del]) command.slowestMillis = 0;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(request.url === '/stats' ? JSON.stringify(stats) : '{}');
});
server.listen(8080);

process.on('SIGTERM', async () => {
  await sleep(Number(DRAIN_MILLIS));
  clearInterval(visitors);
  await sleep(500);
  writeFileSync('/dev/termination-log', JSON.stringify(stats));
  process.exit(0);
});
