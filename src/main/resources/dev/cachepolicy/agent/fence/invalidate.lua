-- Keys are removed where one command must do it: in a transaction.
-- KEYS  for each key the key, its fence
-- ARGV  DEL or UNLINK, then for each key the channel of those who wait
-- Replies  how many keys there were
local removed = 0
for i = 1, #KEYS, 2 do
  local lifted = redis.call('UNLINK', KEYS[i + 1])
  removed = removed + redis.call(ARGV[1], KEYS[i])
  if lifted == 1 then
    redis.pcall('PUBLISH', ARGV[(i + 3) / 2], '') -- its error no error: the user may lack the right to the channel
  end
end
return removed
