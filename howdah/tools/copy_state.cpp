#include "howdah/tools/copy_state.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "howdah/base/error.hpp"
#include "howdah/testing/flat_json.hpp"
#include "howdah/tools/copy_file.hpp"

namespace howdah::tools {
namespace {

std::string member(std::string_view name, std::string_view value) {
    return "  " + testing::json_string(name) + ": " + testing::json_string(value);
}

std::string members(const std::string& prefix, const copy_position& at) {
    return member(prefix + "bytes", std::to_string(at.bytes)) + ",\n" +
           member(prefix + "rows", std::to_string(at.rows)) + ",\n" +
           member(prefix + "lines", std::to_string(at.lines)) + ",\n" + member(prefix + "sha256", at.sum);
}

class reader {
public:
    explicit reader(const std::string& text) : object_{testing::parse_flat_json(text)} {}

    bool has(const std::string& name) const { return object_.contains(name); }
    std::string text(const std::string& name) const {
        const auto found = object_.find(name);
        if (found == object_.end() || !found->second.text) throw std::runtime_error{"it lacks \"" + name + '"'};
        return *found->second.text;
    }
    std::uint64_t number(const std::string& name) const {
        const auto digits = text(name);
        std::uint64_t out = 0;
        const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
        if (wrong != std::errc{} || end != digits.data() + digits.size())
            throw std::runtime_error{'"' + name + "\" is no number"};
        return out;
    }
    copy_position position(const std::string& prefix) const {
        return {.bytes = number(prefix + "bytes"),
                .rows = number(prefix + "rows"),
                .lines = number(prefix + "lines"),
                .sum = text(prefix + "sha256")};
    }

private:
    testing::flat_object object_;
};

copy_state read_state(const std::string& text) {
    const reader in{text};
    copy_state out{.statement = in.text("statement"),
                   .database = in.text("database"),
                   .stored = in.position("stored_"),
                   .transaction = std::nullopt,
                   .after_transaction = {}};
    if (in.has("transaction")) {
        out.transaction = in.number("transaction");
        out.after_transaction = in.position("then_");
    }
    return out;
}

}  // namespace

copy_state_file::copy_state_file(std::string path) : path_{std::move(path)} {
    lock_ = testing::file_lock::try_for(path_ + ".lock");
    if (!lock_) throw std::runtime_error{path_ + " is in use by another howdah copy"};
}

std::optional<copy_state> copy_state_file::read() const {
    if (!std::filesystem::exists(path_)) return std::nullopt;
    std::ifstream file{path_};
    const std::string text{std::istreambuf_iterator{file}, {}};
    if (!file) throw std::runtime_error{path_ + " can't be read"};
    try {
        return read_state(text);
    } catch (const std::exception& e) {
        throw std::runtime_error{path_ + " is no state of a copy: " + e.what()};
    }
}

void copy_state_file::write(const copy_state& state) const {
    std::string out = "{\n" + member("statement", state.statement) + ",\n" + member("database", state.database) +
                      ",\n" + members("stored_", state.stored);
    if (state.transaction)
        out += ",\n" + member("transaction", std::to_string(*state.transaction)) + ",\n" +
               members("then_", state.after_transaction);
    replace_file(path_, out + "\n}\n");
}

}  // namespace howdah::tools
