#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "howdah/base/digest.hpp"
#include "howdah/base/error.hpp"
#include "howdah/observe/json_line.hpp"
#include "howdah/sim/cassette.hpp"
#include "howdah/sim/detail/folder.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/journal.hpp"

namespace howdah::sim {
namespace {

using std::chrono::microseconds;

/// A key as it is being recorded. Uses that were written to make room are only in its file.
struct recorded_key {
    interaction_key key;
    std::vector<written_use> uses;
    bool changed = false;
    bool begun_on_disk = false;
};

/// Sum of a use's durations, for their mean.
struct timed_use {
    microseconds sum{};
    std::uint64_t times = 0;
};

manifest manifest_in(const std::filesystem::path& folder, manifest fresh, const cassette_limits& limits) {
    const auto path = folder / manifest_file;
    const auto text = read_file(path, limits.file_bytes);
    auto out = text ? read_manifest(*text, path.string()) : std::move(fresh);
    if (out.policy.hides() && out.key_check.empty()) {
        const auto key = key_from_environment();
        if (!key.empty()) out.key_check = key_check_of(key);
    }
    return out;
}

std::string now() {
    using namespace std::chrono;
    return observe::to_rfc3339(duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

constexpr std::array<std::string_view, 4> of_one_connection{"application_name", "session_authorization", "is_superuser",
                                                            "scram_iterations"};

}  // namespace

struct cassette_writer::content {
    content(std::filesystem::path where, manifest&& fresh, cassette_limits bounds)
        : folder{std::move(where)},
          limits{bounds},
          lock{folder},
          about{manifest_in(folder, std::move(fresh), bounds)} {}

    void write_if_missing(std::string_view name, std::string_view text) const {
        if (!std::filesystem::exists(folder / name)) write_file(folder / name, text);
    }

    void write_manifest() {
        const auto text = to_json(about);
        if (text == written_manifest) return;
        write_file(folder / manifest_file, text);
        written_manifest = text;
    }

    void write(const std::string& name, recorded_key& one) const {
        if (!one.changed) return;
        const auto path = folder / file_of(interactions_folder, name);
        std::string text;
        if (one.begun_on_disk) {
            const auto before = read_file(path, limits.file_bytes);
            if (!before) throw error{error{cassette_errc::not_writable, path.string() + ": somebody deleted it"}};
            text = with_more_uses(*before, one.uses);
        } else {
            text = write_interaction(one.key, one.uses);
        }
        write_file(path, text);
        one.changed = false;
    }

    void write_interactions() {
        for (auto& [name, one] : keys) write(name, one);
    }

    // Everything is on disk then; what is met again begins a new use behind those.
    void make_room() {
        write_interactions();
        for (auto& [name, one] : keys) {
            one.begun_on_disk = true;
            one.uses.clear();
            one.uses.shrink_to_fit();
            one.key = {};
        }
        bytes = 0;
    }

    timing_table means() const {
        timing_table out;
        for (const auto& [name, uses] : timings) {
            auto& each = out[name];
            for (const auto& use : uses)
                each.push_back(static_cast<std::uint64_t>(use.sum.count()) / std::max<std::uint64_t>(use.times, 1));
        }
        return out;
    }

    void time(const std::string& name, bool again, microseconds duration) {
        auto& uses = timings[name];
        if (!again || uses.empty()) {
            if (timed >= most_timed) return;
            uses.emplace_back();
            ++timed;
        }
        uses.back().sum += std::max(duration, microseconds::zero());
        ++uses.back().times;
    }

    static constexpr std::size_t most_timed = 1'000'000;

    std::filesystem::path folder;
    cassette_limits limits;
    folder_lock lock;
    std::mutex mutex;
    manifest about;
    std::string written_manifest;
    std::unordered_map<std::string, recorded_key> keys;
    std::unordered_map<std::string, std::string> facts;  // by name, the content's hash
    std::unordered_map<std::string, std::vector<timed_use>> timings;
    std::size_t timed = 0;
    order_journal order;
    std::size_t sessions = 0, bytes = 0;
};

cassette_writer::cassette_writer(std::filesystem::path folder, manifest fresh, cassette_limits limits)
    : content_{std::make_unique<content>(std::move(folder), std::move(fresh), limits)} {
    // Both files differ from run to run: git takes both sides' lines.
    content_->write_if_missing(".gitattributes", "order merge=union\ntimings merge=union\n");
    content_->write_if_missing(".gitignore", ".lock\n.*.new\n");
    content_->write_manifest();
}

cassette_writer::~cassette_writer() {
    try {
        save();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): who calls save() before is told
    }
}

const std::filesystem::path& cassette_writer::folder() const noexcept { return content_->folder; }

manifest cassette_writer::about() const {
    const std::lock_guard hold{content_->mutex};
    return content_->about;
}

void cassette_writer::set_server(std::string version, std::vector<std::pair<std::string, std::string>> parameters) {
    const std::lock_guard hold{content_->mutex};
    content_->about.server_version = std::move(version);
    content_->about.parameters.clear();
    for (auto& [name, value] : parameters)
        if (std::ranges::find(of_one_connection, name) == of_one_connection.end())
            content_->about.parameters.insert_or_assign(std::move(name), std::move(value));
}

std::size_t cassette_writer::begin_session() {
    const std::lock_guard hold{content_->mutex};
    return content_->sessions++;
}

void cassette_writer::add(std::size_t session, const interaction_key& key, answer given, std::uint64_t times) {
    auto name = key.name();
    auto text = to_json(given);
    auto& c = *content_;
    const std::lock_guard hold{c.mutex};
    auto& one = c.keys[name];
    if (one.uses.empty()) one.key = key;
    one.changed = true;
    const bool again = !one.uses.empty() && one.uses.back().answer == text;
    if (again) {
        one.uses.back().times += times;
    } else {
        c.bytes += text.size() + sizeof(written_use);
        one.uses.push_back({std::move(text), times});
    }
    c.time(name, again, given.duration);
    c.order.add(session, name);
    if (c.bytes > c.limits.cached_bytes) c.make_room();
}

void cassette_writer::describe(const statement_key& statement, const statement_facts& facts) {
    const auto name = name_of(statement);
    const auto text = write_facts(statement, facts);
    auto hash = sha_256(text).hexadecimal();
    auto& c = *content_;
    const std::lock_guard hold{c.mutex};
    auto& known = c.facts[name];
    if (known == hash) return;
    write_file(c.folder / file_of(statements_folder, name), text);
    known = std::move(hash);
}

void cassette_writer::checkpoint() {
    const std::lock_guard hold{content_->mutex};
    content_->write_interactions();
    content_->write_manifest();
}

void cassette_writer::save() {
    const std::lock_guard hold{content_->mutex};
    content_->write_interactions();
    content_->write_manifest();
    if (content_->keys.empty()) return;  // what was recorded before stays
    write_file(content_->folder / order_file, content_->order.text());
    write_file(content_->folder / timings_file, write_timings(content_->means(), now()));
}

}  // namespace howdah::sim
