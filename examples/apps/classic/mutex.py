"""Cache-aside with a mutex written by hand: who takes the lock loads, the others look again a little later.

    echo 42 | python mutex.py

Takes the ids of users, one a line.
"""

import json
import sys
import time

from get_user import cache, load_user


def get_user(user_id):
    key = f"user:{user_id}"
    lock = f"lock:user:{user_id}"
    while True:
        cached = cache.get(key)
        if cached is not None:
            return json.loads(cached)
        if cache.set(lock, "taken", nx=True, ex=5):
            try:
                user = load_user(user_id)
                cache.setex(key, 600, json.dumps(user))
                return user
            finally:
                cache.delete(lock)
        time.sleep(0.05)


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(get_user(line.strip())), flush=True)
