-- A command removes or changes keys where one command must do it: in a transaction.
-- KEYS  the fences of its keys
-- ARGV  for each of them the channel of those who wait, then the command
-- Replies  as the command
local lifted = {}
for i = 1, #KEYS do
  if redis.call('UNLINK', KEYS[i]) == 1 then
    lifted[#lifted + 1] = ARGV[i]
  end
end
local first, reply = #KEYS + 1, nil
if #ARGV - first < 4000 then
  reply = redis.pcall(unpack(ARGV, first))
else
  reply = 0 -- DEL or UNLINK: no other has so many arguments, and Lua's stack does not hold them
  for i = first + 1, #ARGV do
    reply = reply + redis.call(ARGV[first], ARGV[i])
  end
end
for _, channel in ipairs(lifted) do
  redis.pcall('PUBLISH', channel, '') -- its error no error: the user may lack the right to the channel
end
return reply
