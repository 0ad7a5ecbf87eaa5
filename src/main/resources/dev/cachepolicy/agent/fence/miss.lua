-- A reader met a nil, or wants to load early: its lease, or who has it.
-- KEYS  the key, its fence
-- ARGV  a fresh nonce, fenceTime and lockTimeout in ms, 1 to take the lease though the key has a value
-- Replies  {}            the key has a value
--          {nonce, -1}   the reader has the lease and loads
--          {nonce, ms}   another has it for so long
--          {'', ms}      nothing loaded now may be stored
if ARGV[4] ~= '1' and redis.call('EXISTS', KEYS[1]) == 1 then
  return {}
end
local fence = redis.call('GET', KEYS[2])
if not fence then
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  return {ARGV[1], -1}
end
local left = redis.call('PTTL', KEYS[2])
if string.sub(fence, 1, 1) == 'w' then
  return {'', left}
end
-- The lease is the first lockTimeout of the fence's life.
local lease = left - (ARGV[2] - ARGV[3])
if lease > 0 then
  return {fence, lease}
end
-- The nonce stays, so that the load whose lease ended may still store its value.
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return {fence, -1}
