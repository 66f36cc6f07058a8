#include "howdah/sim/errc.hpp"

#include <string>

namespace howdah::sim {
namespace {

class category final : public std::error_category {
public:
    const char* name() const noexcept override { return "howdah.cassette"; }
    std::string message(int value) const override {
        switch (static_cast<cassette_errc>(value)) {
            case cassette_errc::missing: return "there is no cassette";
            case cassette_errc::damaged: return "the cassette is damaged";
            case cassette_errc::edited: return "a file of the cassette was changed";
            case cassette_errc::future_format: return "the cassette was written by a newer version";
            case cassette_errc::too_large: return "the cassette is over a limit";
            case cassette_errc::in_use: return "the cassette is being recorded";
            case cassette_errc::missing_key: return "the cassette's key is missing";
            case cassette_errc::not_writable: return "the cassette can't be written";
        }
        return "unknown error " + std::to_string(value);
    }
};

}  // namespace

const std::error_category& cassette_category() noexcept {
    static const category the_one;
    return the_one;
}

}  // namespace howdah::sim
