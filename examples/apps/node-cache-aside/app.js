// A service as there are many: look in Redis; on a miss load from the source and store what was loaded.
//
//   GET    /users/ID       user:ID, stored with the ten minutes that its authors once chose
//   PUT    /users/ID       the user changes: the source is written, user:ID deleted
//   GET    /listings/NAME  listing:NAME, stored without an expiry, because its authors forgot
//   GET    /healthz        200 while the service can serve
//   GET    /stats          what it counted, as JSON
//
// Environment: HOST and PORT to listen on, REDIS_URL, RATE (requests a second that it makes of itself; 0: none).
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';

const { HOST = '0.0.0.0', PORT = '8080', REDIS_URL = 'redis://127.0.0.1:6379', RATE = '0' } = process.env;
const USER_TTL_SECONDS = 600;
const SOURCE_MILLIS = 50;

const redis = createClient({ url: REDIS_URL });
const stats = { requests: 0, hits: 0, misses: 0, cacheErrors: 0, pid: process.pid };
const revisions = new Map();

redis.on('error', () => stats.cacheErrors++);

// The source: slow, and right.
async function loadFromSource(key) {
  await sleep(SOURCE_MILLIS);
  return JSON.stringify({ key, revision: revisions.get(key) ?? 0 });
}

// A cache that fails must not fail the request: what it cannot do is done without it.
async function cached(operation) {
  try {
    return await operation();
  } catch {
    stats.cacheErrors++;
    return null;
  }
}

async function cacheAside(key, store) {
  stats.requests++;
  const found = await cached(() => redis.get(key));
  if (found !== null) {
    stats.hits++;
    return found;
  }
  stats.misses++;
  const loaded = await loadFromSource(key);
  await cached(() => store(key, loaded));
  return loaded;
}

const user = id => cacheAside(`user:${id}`, (key, value) => redis.setEx(key, USER_TTL_SECONDS, value));
const listing = name => cacheAside(`listing:${name}`, (key, value) => redis.set(key, value));

async function changeUser(id) {
  const key = `user:${id}`;
  revisions.set(key, (revisions.get(key) ?? 0) + 1);
  await cached(() => redis.del(key));
  return '{}';
}

async function answer(method, path) {
  const [, kind, id] = path.split('/');
  if (method === 'GET' && path === '/healthz') return '{"status":"ok"}';
  if (method === 'GET' && path === '/stats') return JSON.stringify(stats);
  if (method === 'GET' && kind === 'users' && id) return user(id);
  if (method === 'PUT' && kind === 'users' && id) return changeUser(id);
  if (method === 'GET' && kind === 'listings' && id) return listing(id);
  return null;
}

const server = http.createServer(async (request, response) => {
  const body = await answer(request.method, request.url);
  response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
  response.end(body ?? '{"error":"no such page"}');
});

// Its own visitors: some users and listings are asked for far more often than others.
function visit() {
  const popular = count => Math.floor(count * Math.random() ** 3);
  return Math.random() < 0.7 ? user(popular(200)) : listing(popular(20));
}

await redis.connect();
server.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${PORT}`));
const visitors = Number(RATE) > 0 ? setInterval(visit, 1000 / Number(RATE)) : undefined;

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    clearInterval(visitors);
    server.close();
    redis.destroy();
  });
}
