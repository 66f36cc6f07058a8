#include <CLI/Error.hpp>

#include <algorithm>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "howdah/blocking/blocking.hpp"
#include "howdah/blocking/resolve_commit.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/copy.hpp"
#include "howdah/tools/copy_file.hpp"
#include "howdah/tools/copy_progress.hpp"
#include "howdah/tools/copy_state.hpp"
#include "howdah/tools/digest.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/interruption.hpp"
#include "howdah/tools/notice_printer.hpp"
#include "howdah/types/types.hpp"

namespace howdah::tools {
namespace {

using namespace std::chrono_literals;

constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max() / 2;

// What goes around the rows of the binary format.
constexpr std::string_view binary_header{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19}, binary_trailer{"\377\377", 2};

/// The file, record by record.
class records {
public:
    records(const copy_arguments& given, const interruption& stop)
        : file_{given.file, stop}, rules_{given.layout.rules()}, scanner_{scanner_for(rules_, scan_from::beginning)} {
        if (given.layout.has_preamble()) skipped_records_ = 1;
    }

    /// Data of up to `limit` records, as much of it as there is; empty at the end.
    std::string_view next(std::uint64_t limit) {
        if (limit == 0) return {};
        if (rest_.empty()) refill();
        if (rest_.empty()) return {};
        const auto part = rest_.substr(0, scanner_->take(rest_, limit));
        if (part.empty()) refuse_what_follows_the_end();
        rest_.remove_prefix(part.size());
        bytes_ += part.size();
        return part;
    }
    bool at_end() {
        if (rest_.empty()) refill();
        if (!rest_.empty() && scanner_->met_end_marker()) refuse_what_follows_the_end();
        return rest_.empty();
    }
    /// A header of either kind: what is in front of the rows.
    std::string_view preamble() { return next(skipped_records_ - std::min(skipped_records_, scanner_->records())); }
    /// Those that have been taken by next().
    std::uint64_t count() const noexcept {
        return scanner_->records() - std::min(skipped_records_, scanner_->records());
    }
    bool met_end_marker() const noexcept { return scanner_->met_end_marker(); }
    std::uint64_t lines() const noexcept { return skipped_lines_ + scanner_->lines(); }
    std::uint64_t bytes() const noexcept { return bytes_; }
    const source_file& file() const noexcept { return file_; }

    /// Up to a place that an earlier run had come to. Throws if the file does not begin as it did then.
    void skip_to(const copy_position& place, digest& sum) {
        while (bytes_ < place.bytes) {
            if (rest_.empty()) refill();
            if (rest_.empty()) break;
            const auto n = std::min<std::uint64_t>(rest_.size(), place.bytes - bytes_);
            sum.add(rest_.substr(0, n));
            rest_.remove_prefix(n);
            bytes_ += n;
        }
        if (bytes_ != place.bytes || sum.text() != place.sum)
            throw std::runtime_error{file_.name() + " is not the file of the state: its first " +
                                     std::to_string(place.bytes) + " bytes, which are stored, were others"};
        scanner_ = scanner_for(rules_, scan_from::record);
        skipped_lines_ = place.lines;
        skipped_records_ = 0;
    }

private:
    void refill() {
        rest_ = file_.read();
        if (rest_.empty()) scanner_->finish();
    }
    [[noreturn]] void refuse_what_follows_the_end() const {
        throw std::runtime_error{file_.name() +
                                 ": there is more behind the end of the data, a line of \\. or the "
                                 "trailer of the binary format, at line " +
                                 std::to_string(lines())};
    }

    source_file file_;
    record_rules rules_;
    std::unique_ptr<record_scanner> scanner_;
    std::string_view rest_;
    std::uint64_t bytes_ = 0, skipped_lines_ = 0, skipped_records_ = 0;
};

std::uint64_t number_behind(std::string_view text, std::string_view words) {
    const auto at = text.find(words);
    std::uint64_t out = 0;
    if (at == std::string_view::npos) return out;
    for (const char c : text.substr(at + words.size())) {
        if (c < '0' || c > '9') break;
        out = out * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return out;
}

class copy_run {
public:
    explicit copy_run(const copy_arguments& given)
        : given_{given},
          source_{given, stop_},
          config_{config_of(given.dsn, "howdah copy")},
          text_{copy_in_text(given.what, given.layout, given.chunk ? header_line::skipped : header_line::in_data)} {
        config_.query_timeout = given.timeout;
        if (!given.state.empty()) {
            if (!source_.file().size())
                throw CLI::ValidationError{"--state", "wants a regular file, which can be read again"};
            state_file_.emplace(given.state);
        }
    }

    void run() {
        try {
            db_.emplace(config_, std::make_shared<notice_printer>());
            const auto how = given_.quiet ? copy_progress::output::silent : copy_progress::output_for_standard_error();
            if (given_.chunk) begin_chunks();
            progress_.emplace(how, source_.file().size(), copied{.bytes = source_.bytes(), .rows = stored_});
            if (given_.chunk) store_chunks();
            else stored_ = send(db_->with(options()), no_limit);
            progress_->finish("stored", {.bytes = source_.bytes(), .rows = stored_});
        } catch (const error& e) {
            progress_.reset();
            std::cerr << "howdah: " << (e.code() == errc::cancelled ? "interrupted" : words_of(e)) << '\n';
            explain(e);
            throw exit_now{exit_status::failed};
        } catch (const std::exception& e) {
            progress_.reset();
            std::cerr << "howdah: " << e.what() << '\n';
            tell_what_is_stored();
            throw exit_now{exit_status::failed};
        }
    }

private:
    blocking::call_options options() const { return {.timeout = given_.timeout, .stop = stop_.token()}; }

    /// One COPY. Gives the number of rows that the server has taken.
    std::uint64_t send(blocking::with_options to, std::uint64_t limit) {
        auto in = to.copy_in(unsafe_sql{text_});
        const bool framed = given_.chunk && given_.layout.format == data_format::binary;
        if (framed) in.write(binary_header);
        const auto before = source_.count();
        const auto left = [&] { return source_.count() == before ? 1 : limit - (source_.count() - before); };
        for (auto part = source_.next(left()); !part.empty(); part = source_.next(left())) {
            in.write(part);
            if (state_file_) sum_.add(part);
            if (source_.count() == before + 1) first_record_ends_behind_ = source_.lines();
            progress_->report({.bytes = source_.bytes(), .rows = stored_at_start_ + source_.count()});
        }
        if (framed && !source_.met_end_marker()) in.write(binary_trailer);
        return in.finish();
    }

    void begin_chunks() {
        if (state_file_) resume();
        stored_at_start_ = stored_;
        if (source_.bytes() != 0) return;
        for (auto part = source_.preamble(); !part.empty(); part = source_.preamble()) sum_.add(part);
    }

    void resume() {
        state_.statement = text_;
        state_.database = db_->fetch_one<std::string>(
            "select current_database() || '@' || system_identifier from pg_control_system()");
        state_.stored.sum = sum_.text();
        auto was = state_file_->read();
        if (!was) return;
        if (was->statement != text_ || was->database != state_.database)
            throw std::runtime_error{given_.state + " is the state of another copy: " + was->statement + " in " +
                                     was->database};
        state_ = std::move(*was);
        if (state_.transaction) settle(*state_.transaction);
        if (state_.stored.bytes != 0) source_.skip_to(state_.stored, sum_);
        stored_ = state_.stored.rows;
        if (!given_.quiet && state_.stored.bytes != 0)
            std::cerr << "going on behind line " << grouped(state_.stored.lines) << ": " << grouped(stored_)
                      << " rows are stored\n";
    }

    // The last run did not live to see whether its last chunk was stored.
    void settle(std::uint64_t transaction) {
        const auto until = std::chrono::steady_clock::now() + 60s;
        auto outcome = blocking::resolve_commit(config_, transaction);
        while (outcome == commit_outcome::in_progress && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(100ms);
            if (stop_.asked_for()) throw error{errc::cancelled, "interrupted"};
            outcome = blocking::resolve_commit(config_, transaction);
        }
        switch (outcome) {
            case commit_outcome::committed: state_.stored = state_.after_transaction; break;
            case commit_outcome::aborted: break;
            case commit_outcome::in_progress:
            case commit_outcome::forgotten:
                throw std::runtime_error{"the last chunk's transaction " + std::to_string(transaction) + " is " +
                                         std::string{to_string(outcome)} + ": look whether the rows behind line " +
                                         std::to_string(state_.stored.lines) + " are stored"};
        }
        state_.transaction.reset();
        state_file_->write(state_);
    }

    void store_chunks() {
        while (!source_.at_end()) {
            chunk_begins_behind_ = source_.lines();
            auto tx = db_->begin();
            const auto rows = send(tx.with(options()), *given_.chunk);
            if (state_file_) promise(tx, rows);
            tx.commit();
            stored_ += rows;
            if (state_file_) keep_promise();
        }
    }

    // In front of COMMIT: see copy_state.
    void promise(blocking::transaction& tx, std::uint64_t rows) {
        state_.transaction = tx.id();
        state_.after_transaction = {
            .bytes = source_.bytes(), .rows = stored_ + rows, .lines = source_.lines(), .sum = sum_.text()};
        if (state_.transaction) state_file_->write(state_);
    }
    void keep_promise() {
        state_.stored = state_.after_transaction;
        state_.transaction.reset();
        state_file_->write(state_);
    }

    void explain(const error& e) const {
        if (const auto* said = e.server(); said != nullptr && chunk_begins_behind_ != 0) {
            if (const auto line = number_behind(said->where, ", line "))
                std::cerr << "  line " << line << " of this chunk is line " << line_of_file(line) << " of "
                          << source_.file().name() << '\n';
            else
                std::cerr << "  the chunk begins behind line " << chunk_begins_behind_ << " of "
                          << source_.file().name() << '\n';
        }
        if (!given_.chunk && (e.fate() == fate::unknown || e.fate() == fate::commit_unknown))
            std::cerr << "  whether anything was stored is not known: look into the table\n";
        else tell_what_is_stored();
    }

    // The server does not count lines inside of the first record: it knows their ends only behind it.
    std::uint64_t line_of_file(std::uint64_t line) const {
        return line < 2 ? chunk_begins_behind_ + line : first_record_ends_behind_ + line - 1;
    }

    void tell_what_is_stored() const {
        if (!given_.chunk || stored_ == 0) {
            std::cerr << "  nothing was stored\n";
            return;
        }
        std::cerr << "  " << grouped(stored_) << " rows, of whole chunks, are stored";
        std::cerr << (state_file_ ? "; the same command goes on behind them\n" : "\n");
    }

    const copy_arguments& given_;
    interruption stop_;
    records source_;
    connection_config config_;
    std::string text_;
    std::optional<copy_state_file> state_file_;
    std::optional<blocking::connection> db_;
    std::optional<copy_progress> progress_;
    copy_state state_;
    digest sum_;
    std::uint64_t stored_ = 0, stored_at_start_ = 0;
    std::uint64_t chunk_begins_behind_ = 0, first_record_ends_behind_ = 0;  // lines
};

}  // namespace

void copy_in(const copy_arguments& given) { copy_run{given}.run(); }

}  // namespace howdah::tools
