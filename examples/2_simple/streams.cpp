// Rows as they come: one by one, by a function, part by part. The blocking driver's streams are input ranges too:
// stream_to_file.cpp.

#include <howdah/howdah.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

struct measurement {
    int day;
    double celsius;
};

howdah::awaitable<void> look(std::string conninfo) {
    auto db = co_await howdah::connect(conninfo);

    {
        // One by one; nothing at the end. It has the connection until it goes, and then the server is told to stop.
        auto days = db.stream<measurement>("select n, 20 + n / 10.0::float8 from generate_series(1, $1::int) n", 365);
        std::optional<int> warm;
        while (const auto m = co_await days.next()) {
            if (m->celsius < 30) continue;
            warm = m->day;
            break;
        }
        std::cout << "30 degrees on day " << warm.value_or(0) << '\n';
    }

    double sum = 0;
    auto all = db.stream<measurement>("select n, 20 + n / 10.0::float8 from generate_series(1, $1::int) n", 365);
    co_await all.for_each([&](const measurement& m) { sum += m.celsius; });
    std::cout << "the mean is " << sum / 365 << '\n';

    // In a transaction several run side by side, 1,000 rows at a time. A batch's rows may view what was read.
    auto tx = co_await db.begin();
    std::size_t letters = 0;
    auto words = tx.stream<std::string_view>("select repeat('x', n % 7) from generate_series(1, 10000) n");
    auto numbers = tx.stream<int>("select generate_series(1, 10000)");
    while (const auto batch = co_await words.next_batch()) {
        for (const auto word : batch) letters += word.size();
        const auto first = (co_await numbers.next()).value();
        if (first == 1) std::cout << "both are under way\n";
    }
    std::cout << letters << " letters\n";
    co_await tx.rollback();  // ends what is still open in it
}

int main(int argc, char** argv) {
    boost::asio::io_context io{1};
    boost::asio::co_spawn(io, look(argc > 1 ? argv[1] : ""), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
    io.run();
}
