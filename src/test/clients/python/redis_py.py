"""A program of somebody who knows Redis and nothing else: prints what it saw as one JSON object."""

import json
import os

import redis

client = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


def ok(reply):
    """redis-py says True where Redis says OK."""
    return "OK" if reply is True else reply


seen = {}
seen["set"] = ok(client.set("user:1", "ann"))
seen["ttlOfSet"] = client.ttl("user:1")
seen["setLonger"] = ok(client.set("user:2", "bob", ex=3600))
seen["ttlOfSetLonger"] = client.ttl("user:2")
seen["setex"] = ok(client.setex("user:3", 600, "cid"))
seen["ttlOfSetex"] = client.ttl("user:3")
client.set("user:4", "dan", ex=20)
seen["ttlOfSetShorter"] = client.ttl("user:4")
seen["keepTtl"] = ok(client.set("user:4", "don", keepttl=True))
seen["ttlOfKeepTtl"] = client.ttl("user:4")
seen["lock"] = ok(client.set("user:lock", "token", ex=3600, nx=True))
seen["ttlOfLock"] = client.ttl("user:lock")
seen["lockAgain"] = client.set("user:lock", "token", ex=3600, nx=True)
seen["setOther"] = ok(client.set("other:1", "x"))
seen["ttlOfOther"] = client.ttl("other:1")
seen["hset"] = client.hset("user:5", "name", "eve")
seen["ttlOfHset"] = client.ttl("user:5")
transaction = client.pipeline(transaction=True)
transaction.set("user:6", "fay").incr("user:7").get("user:6").get("user:nobody")
seen["multi"] = [ok(reply) for reply in transaction.execute()]
seen["ttlOfMulti"] = client.ttl("user:6")
seen["ttlOfMultiIncr"] = client.ttl("user:7")
seen["hit"] = client.get("user:1")
seen["miss"] = client.get("user:nobody")
seen["mget"] = client.mget("user:1", "user:nobody", "other:1")
seen["hget"] = client.hget("user:5", "name")

print(json.dumps(seen))
