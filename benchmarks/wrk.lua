-- wrk's side of `python -m benchmarks overhead`: the same three requests as benchmarks/stacks/calls.py, in turn, and one
-- line of JSON at the end.
local prepared, turn = {}, 0

function init()
  local json = { ["Content-Type"] = "application/json" }
  prepared = {
    wrk.format("GET", "/users/42"),
    wrk.format("POST", "/messages", json, '{"channel": 7, "text": "hello"}'),
    wrk.format("GET", "/about"),
  }
end

function request()
  turn = turn % #prepared + 1
  return prepared[turn]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50_ms": %.6f, "p99_ms": %.6f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
