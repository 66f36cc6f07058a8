#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/folder.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/names.hpp"
#include "howdah/sim/upkeep.hpp"

namespace howdah::sim {
namespace {

namespace fs = std::filesystem;

class verification {
public:
    verification(const fs::path& folder, cassette_limits limits)
        : folder_{folder}, limits_{limits}, tape_{folder, limits} {}

    std::vector<finding> run() {
        foreign_files(interactions_folder, ".json", is_interaction_name);
        foreign_files(statements_folder, ".json", is_interaction_name);
        foreign_files(data_folder, ".zst", is_data_name);
        for (const auto& name : tape_.names()) check(file_of(interactions_folder, name), [&] { interaction_of(name); });
        for (const auto& name : names_in(folder_ / statements_folder))
            check(file_of(statements_folder, name), [&] { facts_of(name); });
        check(std::string{order_file}, [&] { order(); });
        return std::move(found_);
    }

private:
    template <class Name>
    void foreign_files(std::string_view in, std::string_view extension, Name&& is_name) {
        for (const auto& file : files_in(folder_ / in)) {
            const std::string_view name{file};
            if (!name.ends_with(extension) || !is_name(name.substr(0, name.size() - extension.size())))
                found_.push_back({std::string{in} + '/' + file, "it is no file of a cassette"});
        }
    }

    void check(const std::string& file, const std::function<void()>& read) {
        try {
            read();
        } catch (const error& e) {
            found_.push_back({file, e.what()});
        }
    }

    void interaction_of(const std::string& name) {
        const auto one = tape_.load(name);
        if (!one) throw error{error{cassette_errc::missing, "it has gone"}};
        for (const auto& use : one->uses)
            for (const auto& result : use.given.results) {
                rows(result.rows, result.columns ? result.columns->size() : 0);
                if (result.copy) rows(result.copy->data, 1);
            }
    }

    void rows(const recorded_rows& rows, std::size_t width) const {
        row_reader reader{tape_, rows};
        for (recorded_row row; reader.next(row);)
            if (row.size() != width)
                throw error{error{cassette_errc::damaged, "a row has " + std::to_string(row.size()) +
                                                              " values instead of " + std::to_string(width)}};
    }

    void facts_of(const std::string& name) const {
        const auto file = file_of(statements_folder, name);
        const auto text = read_file(folder_ / file, limits_.file_bytes);
        if (!text || name_of(read_facts(*text, file).statement) != name)
            throw error{error{cassette_errc::edited, file + ": its name is not the one of what is in it"}};
    }

    void order() {
        std::set<std::string> missing;
        const auto names = tape_.names();
        for (const auto& session : tape_.order())
            for (const auto& name : session)
                if (!std::ranges::binary_search(names, name)) missing.insert(name);
        for (const auto& name : missing)
            found_.push_back({file_of(interactions_folder, name), "it is missing: `order` has it"});
    }

    fs::path folder_;
    cassette_limits limits_;
    cassette tape_;
    std::vector<finding> found_;
};

}  // namespace

std::vector<finding> verify(const fs::path& folder, cassette_limits limits) {
    return verification{folder, limits}.run();
}

std::vector<std::string> seal(const fs::path& folder, cassette_limits limits) {
    const cassette tape{folder, limits};
    const folder_lock lock{folder};
    std::vector<std::string> out;
    for (const auto sub : {interactions_folder, statements_folder})
        for (const auto& name : names_in(folder / sub)) {
            auto file = file_of(sub, name);
            const auto text = read_file(folder / file, limits.file_bytes);
            if (!text) continue;
            const auto right = sealed_again(*text);
            if (right == *text) continue;
            // What is no interaction any more gets no checksum that says so.
            if (sub == interactions_folder) static_cast<void>(read_interaction(right, file));
            else static_cast<void>(read_facts(right, file));
            write_file(folder / file, right);
            out.push_back(std::move(file));
        }
    return out;
}

}  // namespace howdah::sim
