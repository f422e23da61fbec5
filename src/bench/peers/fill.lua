-- Asks for every URL of the case `many` once, says so, and ends.
local urls = tonumber(os.getenv("URLS"))
local sent, answered = 0, 0
local host

function init()
  host = wrk.headers["Host"]
end

function request()
  sent = sent + 1
  return "GET /object/" .. ((sent - 1) % urls + 1) .. " HTTP/1.1\r\nHost: " .. host .. "\r\n\r\n"
end

function response()
  answered = answered + 1
  -- Some more, for those that were on their way.
  if answered >= urls + 1000 then
    print("filled")
    os.exit(0)
  end
end
