-- Tells or sets the expiry of a key that, if it is a string, is kept for longer than the application is to know.
-- KEYS  the key
-- ARGV  for how many ms longer, then the command without its key: TTL, PTTL, EXPIRETIME, PEXPIRETIME, or PEXPIRE or PEXPIREAT
--       with their arguments
-- Replies  as the command, in the application's terms: 0 for how long a value has to live that is served after its time
local longer, verb = tonumber(ARGV[1]), string.upper(ARGV[2])
if redis.call('TYPE', KEYS[1]).ok ~= 'string' then
  longer = 0
end
if ARGV[3] then
  -- Not tostring, which writes large numbers as 1e+15.
  return redis.pcall(verb, KEYS[1], string.format('%.0f', ARGV[3] + longer), unpack(ARGV, 4))
end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  return left
end
if verb == 'PTTL' or verb == 'TTL' then
  left = math.max(0, left - longer)
else
  left = redis.call('PEXPIRETIME', KEYS[1]) - longer
end
-- Redis rounds to the nearest second.
return string.sub(verb, 1, 1) == 'P' and left or math.floor((left + 500) / 1000)
