// Asks a language model, and keeps its answer for an hour under the prompt in base64.
//
//   echo 'Why is the sky blue?' | node ask.js
//
// Takes prompts, one a line. The SDK reads ANTHROPIC_API_KEY and, where it should go elsewhere, ANTHROPIC_BASE_URL.
import { createInterface } from 'node:readline';
import Anthropic from '@anthropic-ai/sdk';
import { createClient } from 'redis';

const { REDIS_URL = 'redis://127.0.0.1:6379', MODEL = 'claude-opus-5-5' } = process.env;

const anthropic = new Anthropic();
const redis = await createClient({ url: REDIS_URL }).connect();

async function ask(prompt) {
  const key = `llm:${MODEL}:${Buffer.from(prompt).toString('base64')}`;
  const cached = await redis.get(key);
  if (cached !== null) return cached;
  const message = await anthropic.messages.create({
    model: MODEL,
    max_tokens: 1024,
    messages: [{ role: 'user', content: prompt }],
  });
  const answer = message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');
  await redis.setEx(key, 3600, answer);
  return answer;
}

for await (const prompt of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await ask(prompt)));
}
await redis.close();
