"""Cache-aside: look in Redis; on a miss load from the source, and store what was loaded for ten minutes.

    echo 42 | python get_user.py

Takes the ids of users, one a line.
"""

import json
import os
import sys
from urllib.request import urlopen

import redis

cache = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"), decode_responses=True)
source = os.environ.get("SOURCE_URL", "http://127.0.0.1:8000")


def load_user(user_id):
    with urlopen(f"{source}/users/{user_id}") as response:
        return json.load(response)


def get_user(user_id):
    key = f"user:{user_id}"
    cached = cache.get(key)
    if cached is not None:
        return json.loads(cached)
    user = load_user(user_id)
    cache.setex(key, 600, json.dumps(user))
    return user


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(get_user(line.strip())), flush=True)
