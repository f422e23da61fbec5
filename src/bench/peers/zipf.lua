-- Asks for URLs of the case `many`, the k-th as often as 1 / k^0.9.
local urls = tonumber(os.getenv("URLS"))
local top = urls ^ 0.1 - 1
local random = math.random
local floor = math.floor
local host

function init()
  host = wrk.headers["Host"]
  math.randomseed(tonumber(os.getenv("SEED")))
end

function request()
  -- The inverse of the distribution function, taken as continuous.
  local k = floor((top * random() + 1) ^ 10)
  return "GET /object/" .. k .. " HTTP/1.1\r\nHost: " .. host .. "\r\n\r\n"
end
