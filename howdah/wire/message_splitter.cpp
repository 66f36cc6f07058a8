#include "howdah/wire/message_splitter.hpp"

#include <algorithm>

#include "howdah/wire/frame.hpp"
#include "howdah/wire/session.hpp"

namespace howdah::wire {

std::size_t message_splitter::header_size() const noexcept {
    return untagged_ ? frame_header::least_length : frame_header::size;
}

std::optional<std::size_t> message_splitter::body_size(bytes_view header) {
    const auto length = load_big_endian<std::uint32_t>(header.data() + (untagged_ ? 0 : 1));
    if (length >= frame_header::least_length && length <= session_options::largest_frame)
        return length - frame_header::least_length;
    failure_ = length < frame_header::least_length ? errc::protocol_violation : errc::message_too_large;
    return std::nullopt;
}

std::optional<message_view> message_splitter::give(bytes_view whole) {
    const auto body = whole.subspan(header_size());
    const message_view out{
        .tag = untagged_ ? '\0' : static_cast<char>(whole[0]), .body = body, .body_size = body.size()};
    untagged_ = false;
    return out;
}

std::optional<message_view> message_splitter::pass_over(bytes_view header, std::size_t size) {
    const message_view out{
        .tag = untagged_ ? '\0' : static_cast<char>(header[0]), .body_size = size, .passed_over = true};
    untagged_ = false;
    to_pass_over_ = size;
    return out;
}

// Moves bytes behind those that are kept, until there are `wanted`.
bool message_splitter::fill(std::size_t wanted) {
    const auto n = std::min(wanted - std::min(wanted, kept_.size()), in_.size());
    append(kept_, in_.first(n));
    in_ = in_.subspan(n);
    return kept_.size() >= wanted;
}

std::optional<message_view> message_splitter::next() {
    if (gave_kept_) {
        kept_.clear();
        gave_kept_ = false;
    }
    if (failure_) return std::nullopt;
    const auto skipped = std::min(to_pass_over_, in_.size());
    in_ = in_.subspan(skipped);
    to_pass_over_ -= skipped;
    if (in_.empty()) return std::nullopt;

    if (kept_.empty() && in_.size() >= header_size()) {
        const auto size = body_size(in_);
        if (!size) return std::nullopt;
        if (*size <= longest_ && in_.size() - header_size() >= *size) {
            const auto whole = in_.first(header_size() + *size);
            in_ = in_.subspan(whole.size());
            return give(whole);
        }
    }
    if (!fill(header_size())) return std::nullopt;
    const auto size = body_size(kept_);
    if (!size) return std::nullopt;
    if (*size > longest_) {
        gave_kept_ = true;
        return pass_over(kept_, *size);
    }
    if (!fill(header_size() + *size)) return std::nullopt;
    gave_kept_ = true;
    return give(kept_);
}

}  // namespace howdah::wire
