-- For wrk: random accounts, and how many answers of which kind came in each second. Each of wrk's threads counts for
-- itself, in globals of numbers, which are what another can ask for.

local threads = {}
local seconds = 120

function setup(thread)
    threads[#threads + 1] = thread
end

function init()
    math.randomseed(os.time())
    began = os.time()
    for i = 0, seconds do
        _G["good_" .. i], _G["bad_" .. i] = 0, 0
    end
end

function request()
    return wrk.format("GET", "/accounts/" .. math.random(1000))
end

function response(status)
    local counter = (status == 200 and "good_" or "bad_") .. (os.time() - began)
    _G[counter] = _G[counter] + 1
end

function done()
    print("second   200  other")
    for i = 0, seconds do
        local served, failed = 0, 0
        for _, thread in ipairs(threads) do
            served = served + thread:get("good_" .. i)
            failed = failed + thread:get("bad_" .. i)
        end
        if served + failed > 0 then
            print(string.format("%6d %5d %6d", i, served, failed))
        end
    end
end
