// A program that moves many rows of (int4, float8, text) one way or the other, and says how much memory it takes, in KiB:
// while it is idle, and at most. flat_memory_test.cpp runs it.
//
// Usage: flat_memory blocking|async DSN stream|parts|copy_out|copy_in|keep ROWS
#include <charconv>
#include <fstream>
#include <iostream>

#include "../integration/driver.hpp"

namespace howdah::test {
namespace {

using row = std::tuple<std::int32_t, double, std::string>;

/// A line of /proc/self/status, in KiB.
std::size_t memory(const std::string& name) {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;) {
        std::size_t number = 0;
        if (word == name + ":" && status >> number) return number;
    }
    throw std::runtime_error{"no " + name + " in /proc/self/status"};
}

std::string rows_up_to(int n) {
    return "select n, n * 1.5::float8, 'row number ' || n from (select generate_series(1, " + std::to_string(n) +
           ") n) s";
}

template <class D>
class program {
public:
    program(const std::string& dsn, int rows) : db_{driver_.connect(dsn)}, rows_{rows} {}

    void run(const std::string& work) {
        // What the first use of anything takes is not the rows'.
        (void)driver_.call(db_.template fetch_all<row>(unsafe_sql{rows_up_to(10)}));
        std::cout << "idle " << memory("VmRSS") << '\n';
        if (work == "stream") stream({.fetch_size = 0});
        else if (work == "parts") stream({.fetch_size = 1'000});
        else if (work == "copy_out") copy_out();
        else if (work == "copy_in") copy_in();
        else if (work == "keep") keep();
        else throw std::runtime_error{"no such work: " + work};
        std::cout << "peak " << memory("VmHWM") << "\nrows " << done_ << '\n';
    }

private:
    void count(const row& r) {
        if (std::get<0>(r) != ++done_ || std::get<1>(r) != done_ * 1.5) throw std::runtime_error{"a row is missing"};
    }
    /// Runs `f`, and awaits what it gives, where it gives something to be awaited.
    template <class F>
    void finish(F f) {
        if constexpr (std::is_same_v<D, blocking_driver>) f();
        else driver_.call(f());
    }
    void stream(const stream_options& how) {
        auto all = db_.template stream<row>(how, unsafe_sql{rows_up_to(rows_)});
        finish([&] { return all.for_each([this](const row& r) { count(r); }); });
    }
    void copy_out() {
        auto all = db_.template copy_out<row>(unsafe_sql{rows_up_to(rows_)});
        finish([&] { return all.for_each([this](const row& r) { count(r); }); });
    }
    void copy_in() {
        driver_.call(db_.execute("create temp table flat(n int4, x float8, words text)"));
        auto all = driver_.call(db_.template copy_in<row>(identifier{"flat"}));
        while (done_ < rows_) {
            std::vector<row> some;
            for (int i = 0; i < 1'000 && done_ < rows_; ++i) {
                ++done_;
                some.emplace_back(done_, done_ * 1.5, "row number " + std::to_string(done_));
            }
            finish([&] { return all.write_all(some); });
        }
        if (driver_.call(all.finish()) != static_cast<std::uint64_t>(rows_))
            throw std::runtime_error{"a row is missing"};
    }
    void keep() {
        for (const auto& r : driver_.call(db_.template fetch_all<row>(unsafe_sql{rows_up_to(rows_)}))) count(r);
    }

    D driver_;
    typename D::connection db_;
    int rows_, done_ = 0;
};

int run(const std::string& driver, const std::string& dsn, const std::string& work, const std::string& rows) {
    int n = 0;
    std::from_chars(rows.data(), rows.data() + rows.size(), n);
    if (driver == "async") program<async_driver>{dsn, n}.run(work);
    else program<blocking_driver>{dsn, n}.run(work);
    return 0;
}

}  // namespace
}  // namespace howdah::test

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: flat_memory blocking|async DSN stream|parts|copy_out|copy_in|keep ROWS\n";
        return 2;
    }
    try {
        return howdah::test::run(argv[1], argv[2], argv[3], argv[4]);
    } catch (const std::exception& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
