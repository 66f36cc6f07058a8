#include "howdah/sim/rows.hpp"

#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/cassette.hpp"
#include "howdah/sim/detail/data_file.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/json_reader.hpp"

namespace howdah::sim {
namespace {

// More of one result goes to a file of its own: what people read and merge stays small.
constexpr std::size_t most_here = 64 << 10;

}  // namespace

struct row_writer::content {
    const std::filesystem::path* folder;
    recorded_rows out;
    std::size_t bytes = 0;
    std::unique_ptr<data_file_writer> file;
    std::string line;

    void add_line(const recorded_row& row) {
        line.clear();
        append_json(line, row);
        file->add(line += '\n');
    }

    void move_to_file() {
        file = std::make_unique<data_file_writer>(*folder);
        for (const auto& row : out.here) add_line(row);
        out.here.clear();
        out.here.shrink_to_fit();
    }
};

row_writer::row_writer(cassette_writer& to) : content_{std::make_unique<content>()} { content_->folder = &to.folder(); }
row_writer::row_writer(row_writer&&) noexcept = default;
row_writer& row_writer::operator=(row_writer&&) noexcept = default;
row_writer::~row_writer() = default;

void row_writer::add(recorded_row row) {
    auto& c = *content_;
    ++c.out.count;
    if (c.file) {
        c.add_line(row);
        return;
    }
    for (const auto& value : row) c.bytes += value.data.size() + 8;
    c.out.here.push_back(std::move(row));
    if (c.bytes > most_here) c.move_to_file();
}

recorded_rows row_writer::finish() {
    auto& c = *content_;
    if (c.file) {
        c.out.bytes = c.file->bytes();
        c.out.file = c.file->finish();
        c.file.reset();
    }
    return std::move(c.out);
}

struct row_reader::content {
    const recorded_rows* rows;
    std::string path;
    std::unique_ptr<data_file_reader> file;
    std::uint64_t next = 0;
    std::string line;

    bool read(recorded_row& out) {
        if (!file->next(line)) {
            if (next != rows->count)
                throw error{
                    error{cassette_errc::damaged, path + ": it has another number of rows than its interaction says"}};
            return false;
        }
        ++next;
        const json_document document{line, path};
        out = read_row(document.root());
        return true;
    }
};

row_reader::row_reader(const cassette& from, const recorded_rows& rows) : content_{std::make_unique<content>()} {
    content_->rows = &rows;
    if (rows.file.empty()) return;
    const auto& limits = from.limits();
    content_->path = data_file_of(rows.file);
    if (rows.bytes > limits.result_bytes)
        throw error{error{cassette_errc::too_large, content_->path + ": it has " + std::to_string(rows.bytes) +
                                                        " bytes, over the limit of " +
                                                        std::to_string(limits.result_bytes)}};
    content_->file = std::make_unique<data_file_reader>(from.folder(), rows.file, rows.bytes, limits.row_bytes);
}

row_reader::row_reader(row_reader&&) noexcept = default;
row_reader& row_reader::operator=(row_reader&&) noexcept = default;
row_reader::~row_reader() = default;

bool row_reader::next(recorded_row& out) {
    auto& c = *content_;
    if (c.file) return c.read(out);
    if (c.next >= c.rows->here.size()) return false;
    out = c.rows->here[c.next++];
    return true;
}

}  // namespace howdah::sim
