// Values that are larger than PostgreSQL holds are refused before a byte of them is read, copied or sent.

#include <sys/mman.h>

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "driver.hpp"

namespace howdah::test {
namespace {

// 3 GiB that take no memory, as long as nobody looks into them.
class huge {
public:
    huge() : begin_{::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)} {
        if (begin_ == MAP_FAILED) throw std::runtime_error{"no address space for 3 GiB"};
    }
    huge(const huge&) = delete;
    huge& operator=(const huge&) = delete;
    ~huge() { ::munmap(begin_, size); }

    std::string_view text() const noexcept { return {static_cast<const char*>(begin_), size}; }
    std::span<const std::byte> octets() const noexcept { return {static_cast<const std::byte*>(begin_), size}; }

private:
    static constexpr std::size_t size = std::size_t{3} << 30;
    void* begin_;
};

template <class D>
class huge_values : public on_both_drivers<D> {
protected:
    huge value;

    void expect_refused(const error& e) {
        EXPECT_EQ(e.code(), errc::message_too_large) << e.what();
        EXPECT_EQ(e.fate(), fate::not_sent);
        this->expect_usable();
    }
};
TYPED_TEST_SUITE(huge_values, both_drivers);

TYPED_TEST(huge_values, are_refused_as_parameters) {
    auto text = this->value.text();
    this->expect_refused(
        this->failure_of([&] { return this->call(this->db.execute("select length($1::text)", text)); }));
    auto octets = this->value.octets();
    this->expect_refused(
        this->failure_of([&] { return this->call(this->db.execute("select length($1::bytea)", octets)); }));
}

TYPED_TEST(huge_values, are_refused_by_copy_which_is_left_as_it_was) {
    (void)this->call(this->db.execute("create temp table words(word text)"));
    auto in = this->call(this->db.template copy_in<std::string_view>(identifier{"words"}));
    const std::string_view large = this->value.text(), small = "small";
    const auto e = this->failure_of([&] { return this->finish([&] { return in.write(large); }), 0; });
    EXPECT_EQ(e.code(), errc::message_too_large);
    this->finish([&] { return in.write(small); });
    EXPECT_EQ(this->call(in.finish()), 1u);
}

TYPED_TEST(huge_values, are_refused_by_the_bulk_verbs_with_row_and_column) {
    (void)this->call(this->db.execute("create temp table words(word text)"));
    const std::vector<std::string_view> rows{"small", this->value.text()};
    for (const auto method : {bulk_method::unnest, bulk_method::pipeline, bulk_method::copy}) {
        const auto e = this->failure_of(
            [&] { return this->call(this->db.insert_many(identifier{"words"}, {"word"}, rows, {.method = method})); });
        this->expect_refused(e);
        EXPECT_NE(std::string_view{e.what()}.find("row 1 "), std::string_view::npos) << e.what();
        EXPECT_NE(std::string_view{e.what()}.find("column \"word\""), std::string_view::npos) << e.what();
    }
}

}  // namespace
}  // namespace howdah::test
