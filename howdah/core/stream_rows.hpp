#pragma once

#include "howdah/core/row_sink.hpp"
#include "howdah/sql/row_batch.hpp"

namespace howdah::core {

/// The part of a stream's rows that its caller looks at: where they were read, or a copy, so that others may read.
class stream_rows : public row_sink {
public:
    enum class place : std::uint8_t { in_read_buffer, own_copy };

    void keep_in(place where) noexcept { where_ = where; }
    bytes_view frames() const noexcept { return frames_; }
    std::size_t count() const noexcept { return count_; }
    void drop() noexcept {
        frames_ = {};
        count_ = 0;
        copy_.clear();
    }
    const command_result& done() const noexcept { return done_; }

    bool keeps_rows() const noexcept final { return false; }
    std::error_code rows(bytes_view frames, std::uint32_t count) final {
        if (!sound(frames, count)) return errc::protocol_violation;
        count_ += count;
        if (where_ == place::in_read_buffer) {
            frames_ = frames;
        } else {
            append(copy_, frames);
            frames_ = copy_;
        }
        return {};
    }
    void complete(command_result&& done) final { done_ = std::move(done); }
    void clear() noexcept final { drop(); }

protected:
    /// Nothing will be read past the end of a row, whatever the server sent.
    virtual bool sound(bytes_view frames, std::uint32_t count) const noexcept = 0;

private:
    place where_ = place::in_read_buffer;
    bytes_view frames_;
    std::size_t count_ = 0;
    bytes copy_;
    command_result done_;
};

template <class T>
class typed_stream_rows final : public stream_rows {
public:
    // Rows are given as they come, so that what their types need is looked up before.
    bool needs_description() const noexcept override {
        return row_reader<T>::needs_description || row_reader<T>::uses_catalog;
    }
    bool uses_catalog() const noexcept override { return row_reader<T>::uses_catalog; }
    std::span<const format> first_formats() const noexcept override { return row_reader<T>::first_formats(); }
    const void* chooser() const noexcept override { return row_reader<T>::chooser(); }
    void choose_formats(std::span<const column> columns, std::span<format> out) override {
        reader_.choose_formats(columns, out);
    }
    std::optional<error> describe(const column_list& columns) override { return reader_.describe(columns); }
    row_batch<T> batch() const noexcept { return {reader_, frames(), count()}; }

private:
    bool sound(bytes_view frames, std::uint32_t count) const noexcept override { return reader_.sound(frames, count); }

    row_reader<T> reader_;
};

}  // namespace howdah::core
