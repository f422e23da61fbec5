-- Asks for another URL each time.
local count = 0
local prefix

function init()
  prefix = "GET /object/" .. os.getenv("SEED") .. "-"
  suffix = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n\r\n"
end

function request()
  count = count + 1
  return prefix .. count .. suffix
end
