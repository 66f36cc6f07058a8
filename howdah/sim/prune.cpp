#include <set>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/data_file.hpp"
#include "howdah/sim/detail/folder.hpp"
#include "howdah/sim/upkeep.hpp"

namespace howdah::sim {
namespace {

namespace fs = std::filesystem;

/// What the interactions that stay refer to.
struct kept_names {
    std::set<std::string> statements, data;

    void add(const interaction& one) {
        statements.insert(name_of(one.key.statement));
        for (const auto& use : one.uses)
            for (const auto& result : use.given.results) {
                if (!result.rows.file.empty()) data.insert(data_file_of(result.rows.file));
                if (result.copy && !result.copy->data.file.empty()) data.insert(data_file_of(result.copy->data.file));
            }
    }
};

}  // namespace

std::vector<std::string> prune(const fs::path& folder, cassette_limits limits) {
    const cassette tape{folder, limits};
    const folder_lock lock{folder};
    std::set<std::string> met;
    for (const auto& session : tape.order()) met.insert(session.begin(), session.end());
    if (met.empty())
        throw error{error{cassette_errc::missing,
                          (folder / order_file).string() + ": without it nobody knows what the last recording met"}};
    kept_names kept;
    std::set<std::string> gone, gone_statements;
    for (const auto& name : tape.names()) {
        const auto one = tape.load(name);
        if (met.contains(name)) kept.add(*one);
        else if (gone.insert(file_of(interactions_folder, name)).second)
            gone_statements.insert(name_of(one->key.statement));
    }
    for (const auto& name : gone_statements)
        if (!kept.statements.contains(name) && fs::exists(folder / file_of(statements_folder, name)))
            gone.insert(file_of(statements_folder, name));
    for (const auto& file : files_in(folder / data_folder))
        if (auto path = std::string{data_folder} + '/' + file; !kept.data.contains(path)) gone.insert(std::move(path));
    for (const auto& file : gone) fs::remove(folder / file);
    return {gone.begin(), gone.end()};
}

}  // namespace howdah::sim
