// The network breaks while a listener begins or ceases to listen: it comes back by itself, says that something may be
// missing, and hears what it should and nothing else.
#include "../integration/ears.hpp"
#include "cut.hpp"

namespace howdah::test {
namespace {

template <class D>
class cut_listener : public with_ears<cut<D>, D> {
protected:
    using ear = typename with_ears<cut<D>, D>::ear;
    const std::string kept = "kept_" + this->schema, changed = "changed_" + this->schema;

    void notify(const std::string& channel) { this->witness.notify(channel, channel); }
    void hears(typename ear::type& l, const std::string& channel) {
        notify(channel);
        EXPECT_EQ(this->payload(l), channel);
    }
    void hears_nothing(typename ear::type& l, const std::string& channel) {
        notify(channel);
        hears(l, kept);  // what is notified first comes first
    }

    /// `change` is made to a listener on these channels while the line breaks at each of the places; then `check` holds.
    template <class Change, class Check>
    void break_at_each(typename cut<D>::places of, const std::vector<std::string>& channels, Change change,
                       Check check) {
        this->break_everywhere(of, [&](std::optional<fault> f) {
            typename cut<D>::both_ways sent;
            in_time([&] {
                this->between.arm(std::nullopt);
                auto l = this->listen(this->through, kept);
                for (const auto& c : channels) this->finish([&] { return l.listen(c); });
                this->between.arm(f);
                this->finish([&] { return change(l); });
                sent = this->seen();
                if (f) {
                    EXPECT_EQ(this->payload(l), "(reconnected)");
                }
                check(l);
                hears(l, kept);
            });
            return sent;
        });
    }
};
TYPED_TEST_SUITE(cut_listener, both_drivers);

TYPED_TEST(cut_listener, that_listens_to_one_more) {
    this->break_at_each(
        &TestFixture::each_byte, {}, [this](auto& l) { return l.listen(this->changed); },
        [this](auto& l) { this->hears(l, this->changed); });
}

TYPED_TEST(cut_listener, that_listens_to_one_less) {
    this->break_at_each(
        &TestFixture::each_message, {this->changed}, [this](auto& l) { return l.unlisten(this->changed); },
        [this](auto& l) { this->hears_nothing(l, this->changed); });
}

}  // namespace
}  // namespace howdah::test
