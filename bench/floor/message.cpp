#include "bench/floor/message.hpp"

namespace bench::floor {

std::string four_bytes(std::uint32_t value) {
    std::string out(4, '\0');
    put(out.data(), value);
    return out;
}

std::string message(char tag, std::string_view body) {
    return tag + four_bytes(static_cast<std::uint32_t>(body.size() + 4)) + std::string{body};
}

std::string parse(std::string_view name, std::string_view sql) {
    std::string body{name};
    return message('P', body.append(1, '\0').append(sql).append(3, '\0'));
}
std::string bind() { return message('B', {"\0\0\0\0\0\0\0\1\0\1", 10}); }
std::string execute() { return message('E', {"\0\0\0\0\0", 5}); }
std::string sync() { return message('S', {}); }

}  // namespace bench::floor
