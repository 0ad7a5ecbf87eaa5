// What the programs load from, for trying them by hand: slow, and it says each call, so that calls can be counted.
//
//   node source.js
//
//   GET   /users/ID      a user
//   PUT   /users/ID      changes the user: its version counts up
//   POST  /v1/messages   as the Messages API of a language model: repeats the prompt
//
// Environment: PORT to listen on, MILLIS that a call takes.
import http from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const { PORT = '8000', MILLIS = '300' } = process.env;
const users = new Map();
let calls = 0;

function message({ model, messages }) {
  return {
    id: `msg_${calls}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: `You said: ${messages[0].content}` }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
}

async function answer(method, path, request) {
  if (method === 'POST' && path === '/v1/messages') return message(await json(request));
  const id = path.match(/^\/users\/(\w+)$/)?.[1];
  const user = users.get(id) ?? { id, version: 1 };
  if (method === 'GET' && id) return user;
  if (method !== 'PUT' || !id) return null;
  const changed = { ...user, ...(await json(request)), version: user.version + 1 };
  users.set(id, changed);
  return changed;
}

const server = http.createServer(async (request, response) => {
  calls++;
  console.log(`call ${calls}: ${request.method} ${request.url}`);
  const body = await answer(request.method, request.url, request);
  if (request.method !== 'PUT') await sleep(Number(MILLIS));
  response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${PORT}`));
