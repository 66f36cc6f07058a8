// The index of Debian packages that this machine has goes in as structs, comes out, goes in again as csv and comes out
// again; checksums say that nothing has changed on the way.

#include <howdah/howdah.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "examples/demo/packages.hpp"

namespace {

using clock_type = std::chrono::steady_clock;

// FNV-1a.
class checksum {
public:
    void add(std::string_view text) {
        for (const char c : text) sum_ = (sum_ ^ static_cast<unsigned char>(c)) * 1099511628211U;
    }
    // A value's end, so that "ab", "c" is not "a", "bc".
    void add_value(std::string_view text) {
        add(std::to_string(text.size()));
        add(text);
    }
    std::uint64_t value() const { return sum_; }

private:
    std::uint64_t sum_ = 14695981039346656037U;
};

std::uint64_t sum_of(const demo::package& p) {
    checksum sum;
    for (const auto& text : {p.name, p.version, p.more.text}) sum.add_value(text);
    for (const auto& text : {p.section, p.description}) sum.add_value(text ? '+' + *text : "none");
    sum.add_value(p.installed_kib ? std::to_string(*p.installed_kib) : "none");
    for (const auto& d : p.depends) sum.add_value(d);
    return sum.value();
}

/// Of rows in whatever order.
struct rows_seen {
    std::uint64_t count = 0, sum = 0;
    void add(const demo::package& p) {
        ++count;
        sum += sum_of(p);
    }
    friend bool operator==(const rows_seen&, const rows_seen&) = default;
};

const char* yes_or_no(bool same) { return same ? "the same" : "DIFFERENT"; }

/// From one table to the other as csv, without a file between. Gives the checksum of the bytes.
std::uint64_t pass_on(howdah::blocking::connection& from, howdah::blocking::connection& to) {
    checksum sum;
    auto out = from.copy_out("copy (select * from packages p order by md5(p::text)) to stdout (format csv)");
    auto in = to.copy_in("copy packages from stdin (format csv)");
    for (auto part = out.read(); !part.empty(); part = out.read()) {
        sum.add({reinterpret_cast<const char*>(part.data()), part.size()});
        in.write(part);
    }
    in.finish();
    return sum.value();
}

std::uint64_t csv_sum(howdah::blocking::connection& db) {
    checksum sum;
    auto out = db.copy_out("copy (select * from packages p order by md5(p::text)) to stdout (format csv)");
    for (auto part = out.read(); !part.empty(); part = out.read())
        sum.add({reinterpret_cast<const char*>(part.data()), part.size()});
    return sum.value();
}

void create(howdah::blocking::connection& db) {
    db.execute("create temp table packages (name text, version text, section text, installed_kib bigint, "
               "depends text[], description text, more json)");
}

}  // namespace

int main(int argc, char** argv) {
    const auto index = demo::read_packages(argc > 2 ? std::stoul(argv[2]) : std::numeric_limits<std::size_t>::max());
    rows_seen before, after;
    for (const auto& p : index.packages) before.add(p);

    const auto config = howdah::parse_conninfo(argc > 1 ? argv[1] : "");
    howdah::blocking::connection db{config}, other{config};
    create(db);
    create(other);

    const auto begun = clock_type::now();
    auto in = db.copy_in<demo::package>(howdah::identifier{"packages"});
    in.write_all(index.packages);
    const auto stored = in.finish();
    const std::chrono::duration<double> time = clock_type::now() - begun;
    std::cout << (stored == before.count ? "all" : "NOT ALL") << " packages are stored: " << stored << " in "
              << time.count() << " s\n";

    auto out = db.copy_out<demo::package>("select * from packages");
    out.for_each([&](const demo::package& p) { after.add(p); });
    std::cout << "as structs: " << yes_or_no(before == after) << '\n';

    const auto passed = pass_on(db, other);
    std::cout << "as csv: " << yes_or_no(passed == csv_sum(other)) << '\n';
}
