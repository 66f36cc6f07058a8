#include "howdah/sim/detail/json_reader.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/errc.hpp"

namespace howdah::sim {
namespace {

// What we write has some ten levels.
constexpr std::size_t deepest = 24;

}  // namespace

void json_node::refuse(std::string_view what) const {
    std::string words{file_};
    words += ": ";
    if (!path_.empty()) (words += path_) += ' ';
    throw error{error{cassette_errc::damaged, words.append(what)}};
}

std::string json_node::text() const {
    if (!value_->is_string()) refuse("is no text");
    const auto& s = value_->get_string();
    return {s.data(), s.size()};
}

std::int64_t json_node::number(std::int64_t least, std::int64_t most) const {
    if (!value_->is_int64() || value_->get_int64() < least || value_->get_int64() > most)
        refuse("is no whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return value_->get_int64();
}

bool json_node::boolean() const {
    if (!value_->is_bool()) refuse("is neither true nor false");
    return value_->get_bool();
}

const boost::json::array& json_node::array() const {
    if (!value_->is_array()) refuse("is no list");
    return value_->get_array();
}

const boost::json::object& json_node::object() const {
    if (!value_->is_object()) refuse("is no object");
    return value_->get_object();
}

json_node json_node::operator[](std::size_t i) const {
    return {array().at(i), path_ + '[' + std::to_string(i) + ']', file_};
}

json_node json_node::operator[](std::string_view name) const {
    const auto* found = object().if_contains(name);
    if (found == nullptr) refuse("has no \"" + std::string{name} + '"');
    return {*found, path_.empty() ? std::string{name} : path_ + '.' + std::string{name}, file_};
}

std::string json_node::text(std::string_view name, std::string_view otherwise) const {
    return has(name) ? (*this)[name].text() : std::string{otherwise};
}

std::int64_t json_node::number(std::string_view name, std::int64_t least, std::int64_t most,
                               std::int64_t otherwise) const {
    return has(name) ? (*this)[name].number(least, most) : otherwise;
}

void json_node::allow(std::initializer_list<std::string_view> names) const {
    for (const auto& member : object()) {
        const std::string_view name{member.key().data(), member.key().size()};
        if (std::ranges::find(names, name) == names.end()) refuse("has an unknown member \"" + std::string{name} + '"');
    }
}

json_document::json_document(std::string_view json, std::string_view file) : file_{file} {
    boost::json::error_code failed;
    boost::json::parse_options options;
    options.max_depth = deepest;
    value_ = boost::json::parse(json, failed, boost::json::storage_ptr{}, options);
    if (!failed) return;
    const bool deep = failed == boost::json::error::too_deep;
    const bool merging = json.find("\n<<<<<<< ") != std::string_view::npos;
    std::string words{file};
    if (deep) words += ": it is nested too deeply";
    else if (merging) words += ": a merge left its marks in it; take one side (git checkout --ours or --theirs)";
    else words += ": it is no JSON (" + failed.message() + "): cut off, or changed";
    throw error{error{deep ? cassette_errc::too_large : cassette_errc::damaged, words}};
}

}  // namespace howdah::sim
