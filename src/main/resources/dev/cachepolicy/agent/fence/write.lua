-- SETs where one command must do all: an MSET, and what stands in a transaction.
-- KEYS  for each SET the key, its fence
-- ARGV  for each SET what it is (below), the channel of those who wait, the value, how many options follow, options of SET
-- Replies  OK
--   plain        the key has no fence
--   store        an update
--   void         an update or a late value: an empty cache is right in both cases
--   fill:nonce   the end of a load, as fill.lua has it
local at = 1
for i = 1, #KEYS, 2 do
  local what, channel, value, options = ARGV[at], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  local nonce = string.match(what, '^fill:(.*)$')
  local stores = what == 'plain' or what == 'store'
  local wakes = false
  if nonce then
    stores = redis.call('GET', KEYS[i + 1]) == nonce
    wakes = stores
    if not stores and redis.pcall('GET', KEYS[i]) ~= value then
      redis.call('UNLINK', KEYS[i])
    end
  elseif what ~= 'plain' then
    wakes = redis.call('UNLINK', KEYS[i + 1]) == 1
  end
  if what == 'void' then
    redis.call('UNLINK', KEYS[i])
  end
  if stores then
    local reply = redis.pcall('SET', KEYS[i], value, unpack(ARGV, at + 4, at + 3 + options))
    if reply.err then
      return reply
    end
  end
  if nonce and stores then
    redis.call('DEL', KEYS[i + 1])
  end
  if wakes then
    redis.pcall('PUBLISH', channel, '') -- its error no error: the user may lack the right to the channel
  end
  at = at + 4 + options
end
return redis.status_reply('OK')
