"""A program that starts while Redis is down: says what a read and a write gave, and when a write that needs Redis has succeeded."""

import os
import time

import redis

client = redis.Redis.from_url(os.environ["REDIS_URL"], protocol=3, client_name="late", decode_responses=True)
print("get", "null" if client.get("user:1") is None else "something", flush=True)
print("set", "OK" if client.set("user:1", "ann") else "refused", flush=True)
while True:
    try:
        print("count", client.incr("visits"), flush=True)
        break
    except redis.RedisError:
        time.sleep(0.05)
print("name", client.client_getname(), flush=True)
