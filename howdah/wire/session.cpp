#include "howdah/wire/session.hpp"

#include <algorithm>

#include "howdah/wire/frame.hpp"

namespace howdah::wire {
namespace {

// A connection that has met no longer answers, and no longer pipelines, keeps no more room.
constexpr std::size_t first_input = 4 << 10, first_in_flight = 8;

}  // namespace

session::session(session_options options) : options_{options}, in_flight_{first_in_flight} {}

void session::begin(recipient* to, std::uint8_t prelude) {
    if (written_ > output_.size() / 2) {
        output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(written_));
        dropped_ += written_;
        written_ = 0;
    }
    open_at_ = output_.size();
    opening_ = {.to = to, .start = dropped_ + open_at_, .bytes = 0, .prelude = prelude, .skip_rows = false};
    open_ = true;
}

void session::end() {
    opening_.bytes = output_.size() - open_at_;
    bytes_in_flight_ += opening_.bytes;
    if (in_flight_.full()) in_flight_.set_capacity(in_flight_.capacity() * 2);  // clean-up may exceed the depth
    in_flight_.push_back(opening_);
    if (opening_.to != nullptr) ++opening_.to->in_flight_;
    open_ = false;
}

void session::take_back() {
    output_.resize(open_at_);
    open_ = false;
}

bool session::room_for_exchange() const noexcept {
    return in_flight_.size() < options_.pipeline_depth && bytes_in_flight_ < options_.pipeline_bytes;
}

void session::forget(recipient& to, recipient* heir) noexcept {
    if (!has(to)) return;
    for (auto& e : in_flight_) {
        if (e.to != &to) continue;
        e.to = heir;
        e.skip_rows = true;
    }
    if (heir != nullptr) heir->in_flight_ += to.in_flight_;
    to.in_flight_ = 0;
}

bool session::was_sent(const recipient& to) const noexcept {
    return has(to) && std::ranges::any_of(
                          in_flight_, [&](const exchange& e) { return e.to == &to && dropped_ + written_ > e.start; });
}

void session::written(std::size_t n) noexcept {
    written_ += n;
    if (written_ == output_.size()) {
        output_.clear();
        dropped_ += written_;
        written_ = 0;
        open_at_ = 0;
    }
}

std::span<std::byte> session::input_space(std::size_t least) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (input_.size() - end_ < least && begin_ != 0) {
        std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    // Doubling keeps the buffer in proportion to what was really received, whatever a length field announces.
    if (input_.size() - end_ < least) input_.resize(std::max({first_input, input_.size() * 2, end_ + least}));
    return std::span{input_}.subspan(end_);
}

void session::commit(std::size_t n) noexcept {
    const auto skipped = std::min(n, skip_);  // while a frame is skipped, nothing else is in the buffer
    skip_ -= skipped;
    begin_ += skipped;
    end_ += n;
}

event session::next_event() {
    if (failure_) return {.what = event::kind::violation};
    for (;;) {
        const auto available = end_ - begin_;
        if (available < frame_header::size) return {};
        const auto header = frame_header::load(input_.data() + begin_);
        if (header.length < frame_header::least_length) return violation(errc::protocol_violation);
        if (header.length > options_.max_message_bytes) return violation(errc::message_too_large);
        if ((header.tag == tag::data_row || header.tag == tag::copy_data) && !in_flight_.empty()) {
            if (in_flight_.front().prelude != 0) return violation(errc::protocol_violation);  // a BEGIN has none
            if (skips_rows()) {
                skip_frame(header.frame_size());
                continue;
            }
            return run_event(header.tag);
        }
        if (available < header.frame_size()) return {};
        const bytes_view body{input_.data() + begin_ + frame_header::size, header.body_size()};
        begin_ += header.frame_size();
        const auto next = message_event(header.tag, body);
        if (next.what != event::kind::need_input) return next;
    }
}

bool session::skips_rows() const noexcept { return in_flight_.front().to == nullptr || in_flight_.front().skip_rows; }

// Rows that nobody wants may be larger than any buffer: they are dropped as they come.
void session::skip_frame(std::size_t size) noexcept {
    const auto here = std::min(size, end_ - begin_);
    begin_ += here;
    skip_ = size - here;
}

// As many whole frames of that tag as have come; need_input: not one.
event session::run_event(char of) {
    const auto start = begin_;
    std::uint32_t count = 0;
    const auto* at = input_.data() + begin_;
    const auto* const end = input_.data() + end_;
    while (static_cast<std::size_t>(end - at) >= frame_header::size) {
        const auto header = frame_header::load(at);
        if (header.tag != of || header.length < frame_header::least_length ||
            static_cast<std::size_t>(end - at) < header.frame_size())
            break;
        at += header.frame_size();
        ++count;
    }
    begin_ = static_cast<std::size_t>(at - input_.data());
    if (count == 0) return {};
    return {.what = of == tag::data_row ? event::kind::rows : event::kind::copy_data,
            .tag = of,
            .count = count,
            .to = in_flight_.front().to,
            .data = bytes_view{input_}.subspan(start, begin_ - start)};
}

event session::message_event(char tag, bytes_view body) {
    switch (tag) {
        case tag::notice_response: return {.what = event::kind::notice, .tag = tag, .data = body};
        case tag::notification_response: return {.what = event::kind::notification, .tag = tag, .data = body};
        case tag::parameter_status: return {.what = event::kind::parameter, .tag = tag, .data = body};
        default: break;
    }
    if (!in_flight_.empty()) return exchange_event(tag, body);
    if (tag == tag::error_response) return {.what = event::kind::unsolicited, .tag = tag, .data = body};
    return violation(errc::protocol_violation);
}

event session::exchange_event(char tag, bytes_view body) {
    auto& head = in_flight_.front();
    if (tag == tag::ready_for_query) return ready_event(body);
    if (tag == tag::error_response || tag == tag::copy_in_response)  // both matter even when nobody waits
        return {.what = event::kind::message, .tag = tag, .in_prelude = head.prelude != 0, .to = head.to, .data = body};
    if (head.prelude != 0) {
        if (tag == tag::command_complete && --head.prelude == 0)
            return {.what = event::kind::prelude_done, .to = head.to};
        return {};
    }
    // Those that say nothing but that the server goes on. BindComplete says that from here on something may be done.
    if (tag == tag::parse_complete || tag == tag::close_complete) return {};
    if (head.to == nullptr) return {};
    return {.what = event::kind::message, .tag = tag, .to = head.to, .data = body};
}

event session::ready_event(bytes_view body) {
    ready_for_query ready;
    if (parse(body, ready)) return violation(errc::protocol_violation);
    status_ = ready.status;
    const auto done = in_flight_.front();
    bytes_in_flight_ -= done.bytes;
    if (done.to != nullptr) --done.to->in_flight_;
    in_flight_.pop_front();
    return {.what = event::kind::ready, .tag = tag::ready_for_query, .to = done.to};
}

event session::violation(std::error_code why) noexcept {
    failure_ = why;
    return {.what = event::kind::violation};
}

}  // namespace howdah::wire
