#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/blocking/blocking.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/copy.hpp"
#include "howdah/tools/copy_file.hpp"
#include "howdah/tools/copy_masking.hpp"
#include "howdah/tools/copy_progress.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/interruption.hpp"
#include "howdah/tools/notice_printer.hpp"

namespace howdah::tools {
namespace {

std::string_view as_text(bytes_view data) {
    return {reinterpret_cast<const char*>(data.data()), data.size()};  // NOLINT: bytes are characters here
}

class copy_out_run {
public:
    explicit copy_out_run(const copy_arguments& given)
        : given_{given},
          config_{config_of(given.dsn, "howdah copy")},
          text_{copy_out_text(given.what, given.layout)},
          file_{given.file, stop_},
          scanner_{scanner_for(given.layout.rules(), scan_from::beginning)} {
        config_.query_timeout = given.timeout;
    }

    void run() {
        const auto rows = given_.mask.empty() ? receive() : receive_masked();
        file_.finish();
        progress_.finish("copied", {.bytes = bytes_, .rows = rows});
    }

private:
    std::uint64_t receive() {
        blocking::connection db{config_, std::make_shared<notice_printer>()};
        auto out = db.with({.timeout = given_.timeout, .stop = stop_.token()}).copy_out(unsafe_sql{text_});
        for (auto part = as_text(out.read()); !part.empty(); part = as_text(out.read())) {
            file_.write(part);
            bytes_ += part.size();
            (void)scanner_->take(part, part.size());
            const auto headers = given_.layout.has_preamble() && scanner_->records() != 0 ? 1U : 0U;
            progress_.report({.bytes = bytes_, .rows = scanner_->records() - headers});
        }
        return out.rows_copied();
    }

    // The server's default text format has a line for each row, whatever is in it.
    std::uint64_t receive_masked() {
        blocking::connection db{config_, std::make_shared<notice_printer>()};
        const auto query = copy_query(given_.what, given_.layout);
        const auto prepared = db.prepare(unsafe_sql{query});
        const copy_masking lines{given_.mask, given_.mask.of(db, prepared.columns()), given_.layout};
        std::vector<std::string> names;
        for (const auto& c : prepared.columns()) names.push_back(c.name);
        file_.write(lines.header(names));
        copy_layout plain;
        plain.format = data_format::text;
        auto out = db.with({.timeout = given_.timeout, .stop = stop_.token()})
                       .copy_out(unsafe_sql{copy_out_text(query, plain)});
        std::uint64_t rows = 0;
        std::string left_over;
        for (auto part = as_text(out.read()); !part.empty(); part = as_text(out.read())) {
            std::string written;
            for (auto end = part.find('\n'); end != part.npos; end = part.find('\n'), ++rows) {
                left_over += part.substr(0, end);
                written += lines.row(left_over);
                left_over.clear();
                part.remove_prefix(end + 1);
            }
            left_over += part;
            file_.write(written);
            progress_.report({.bytes = bytes_ += written.size(), .rows = rows});
        }
        return out.rows_copied();
    }

    copy_progress::output how_to_report() const {
        // Data and a bar would share the screen.
        return given_.quiet || file_.is_terminal() ? copy_progress::output::silent
                                                   : copy_progress::output_for_standard_error();
    }

    const copy_arguments& given_;
    interruption stop_;
    connection_config config_;
    std::string text_;
    target_file file_;
    std::unique_ptr<record_scanner> scanner_;
    copy_progress progress_{how_to_report(), std::nullopt};
    std::uint64_t bytes_ = 0;
};

}  // namespace

void copy_out(const copy_arguments& given) {
    try {
        copy_out_run{given}.run();
    } catch (const error& e) {
        std::cerr << "howdah: " << (e.code() == errc::cancelled ? "interrupted" : words_of(e)) << '\n';
        throw exit_now{exit_status::failed};
    }
}

}  // namespace howdah::tools
