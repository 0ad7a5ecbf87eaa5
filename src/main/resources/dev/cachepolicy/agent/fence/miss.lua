-- A reader met a nil, or wants to load early: its lease, or who has it.
-- KEYS  the key, its fence
-- ARGV  a fresh nonce, fenceTime and lockTimeout in ms, and where the key's value may be loaded anew although it is there:
--       how many ms it may still have to live
-- Replies  {}            the key has a value, and none is to be loaded
--          {nonce, -1}   the reader has the lease and loads
--          {nonce, ms}   another has it for so long
--          {'', ms}      nothing loaded now may be stored
local lives = redis.call('PTTL', KEYS[1])
if lives ~= -2 and (not ARGV[4] or lives == -1 or lives > tonumber(ARGV[4])) then
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
