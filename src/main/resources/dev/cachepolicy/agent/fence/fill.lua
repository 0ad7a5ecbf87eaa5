-- A load ends: its value is stored if nothing invalidated the key since it began.
-- KEYS  the key, its fence
-- ARGV  the nonce, the channel of those who wait, the value, options of SET
-- Replies  OK, or KEPT: the key has this value already, its expiry stays; or VOID: the key was removed
if redis.call('GET', KEYS[2]) == ARGV[1] then
  local reply = redis.pcall('SET', KEYS[1], unpack(ARGV, 3)) -- pcall: so that an error is as SET's own
  if reply.err then
    return reply
  end
  redis.call('DEL', KEYS[2])
  local said = ''
  if #ARGV[3] <= 16384 then
    -- A short value goes with the message: who waits for this load need not ask for it. Replicas get messages, too, so not
    -- where nobody waits; nor where the user may not ask who does.
    local waiting = redis.pcall('PUBSUB', 'NUMSUB', ARGV[2])[2]
    said = waiting and waiting > 0 and ARGV[1] .. ' ' .. ARGV[3] or ''
  end
  redis.pcall('PUBLISH', ARGV[2], said) -- last, and its error no error: the user may lack the right to the channel
  return reply
end
-- pcall: a key of another type is no value to keep.
if redis.pcall('GET', KEYS[1]) == ARGV[3] then
  return redis.status_reply('KEPT')
end
redis.call('UNLINK', KEYS[1])
return redis.status_reply('VOID')
