#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "howdah/core/operation.hpp"
#include "howdah/core/statement.hpp"
#include "howdah/core/stream_options.hpp"
#include "howdah/core/stream_rows.hpp"
#include "howdah/core/type_lookup.hpp"

namespace howdah {

namespace core {

/// A statement whose rows are given in parts: paused while its caller looks at one.
///
/// All at once: rows stay where they were read, and nothing else is read meanwhile.
/// By parts outside of a transaction: the unnamed portal, and Flush in place of Sync, which would end it; the
/// connection is its own.
/// By parts inside of one: a portal with a name and a Sync for each part; rows are copied, and others go on beside it.
class stream_call final : public operation {
public:
    stream_call(const statement_text& text, std::span<const parameter_view> parameters, stream_rows& rows,
                const stream_options& how) noexcept;
    ~stream_call() override;

    std::string_view text() const noexcept override { return statement_.text().text(); }
    /// For the next part: 0 is all that is left. Between two parts only.
    void fetch_next(std::uint32_t rows) noexcept { options_.fetch_size = rows; }
    /// Asks for no rows at first: the statement is bound to a portal. Inside of a transaction only.
    void bind_first() noexcept { bind_first_ = true; }

private:
    enum class state : std::uint8_t { fresh, describing, described, looking_up, fetching, suspended, complete, stale };
    enum class shape : std::uint8_t { whole, alone, beside_others };

    bool is_simple_query(const engine& e) const noexcept override;
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine& e, bytes_view frames, std::uint32_t count) override;
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;
    on_abandon leave(engine& e) override;

    void choose_shape(engine& e);
    void close_portal(engine& e);
    void open(engine& e);
    void describe(engine& e);
    void look_up(engine& e);
    void looked_up(engine& e);
    std::error_code write_opening(engine& e, bytes& out);
    void fetch(engine& e);
    void write_fetch(bytes& out) const;
    void write_sync(engine& e);
    void out_of_time();
    void end(engine& e);

    statement statement_;
    stream_rows& rows_;
    stream_options options_;
    std::unique_ptr<type_lookup> lookup_;
    state state_ = state::fresh;
    shape shape_ = shape::whole;
    bool bind_first_ = false;
    bool owes_sync_ = false;  // the exchange that is open is not ended yet
    bool left_ = false;
    bool lost_rows_ = false;  // rows came once it was left
};

/// A stream with its arguments, wherever its handle goes.
template <class T>
class open_stream {
public:
    open_stream() = default;
    open_stream(const open_stream&) = delete;
    open_stream& operator=(const open_stream&) = delete;
    virtual ~open_stream() = default;
    virtual stream_call& call() noexcept = 0;
    virtual const typed_stream_rows<T>& rows() const noexcept = 0;
};

template <class T, class Parameters>
class open_stream_with final : public open_stream<T> {
public:
    open_stream_with(const statement_text& text, Parameters values, const stream_options& options)
        : values_{std::move(values)}, views_{values_.views()}, call_{text, views_, rows_, options} {}
    stream_call& call() noexcept override { return call_; }
    const typed_stream_rows<T>& rows() const noexcept override { return rows_; }

private:
    Parameters values_;
    decltype(std::declval<Parameters&>().views()) views_;
    typed_stream_rows<T> rows_;
    stream_call call_;
};

}  // namespace core
}  // namespace howdah
