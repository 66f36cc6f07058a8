#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace howdah::sim {

/// A value within a document, which knows its way there for errors. Throws error (damaged): "FILE: uses[0].status is no text".
class json_node {
public:
    json_node(const boost::json::value& value, std::string path, std::string_view file)
        : value_{&value}, path_{std::move(path)}, file_{file} {}

    bool is_null() const noexcept { return value_->is_null(); }
    bool is_text() const noexcept { return value_->is_string(); }
    bool is_object() const noexcept { return value_->is_object(); }

    std::string text() const;
    std::int64_t number(std::int64_t least, std::int64_t most) const;
    bool boolean() const;

    std::size_t size() const { return array().size(); }
    json_node operator[](std::size_t i) const;

    bool has(std::string_view name) const { return object().contains(name); }
    json_node operator[](std::string_view name) const;
    /// Its value, or what stands for a member that is missing.
    std::string text(std::string_view name, std::string_view otherwise) const;
    std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most, std::int64_t otherwise) const;

    /// Throws if it has another member than these.
    void allow(std::initializer_list<std::string_view> names) const;
    const boost::json::object& object() const;
    std::string_view file() const noexcept { return file_; }
    [[noreturn]] void refuse(std::string_view what) const;

private:
    const boost::json::array& array() const;

    const boost::json::value* value_;
    std::string path_;
    std::string_view file_;
};

/// A document, read. What is nested deeper than anything that we write is refused before it costs memory.
class json_document {
public:
    /// Throws error (damaged, too_large). `file` is named in errors, and must outlive it.
    json_document(std::string_view json, std::string_view file);

    json_node root() const { return {value_, {}, file_}; }

private:
    boost::json::value value_;
    std::string_view file_;
};

}  // namespace howdah::sim
