// Runs a fuzz target over the files of a corpus, each also cut in the middle, and over nothing: where libFuzzer is not.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::vector<std::uint8_t>& input) { LLVMFuzzerTestOneInput(input.data(), input.size()); }

void replay(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::vector<std::uint8_t> input{std::istreambuf_iterator<char>{in}, {}};
    run(input);
    input.resize(input.size() / 2);
    input.shrink_to_fit();  // so that AddressSanitizer sees a read past the cut
    run(input);
}

}  // namespace

int main(int argc, char** argv) {
    run({});
    int files = 0;
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            std::fprintf(stderr, "%s: no corpus\n", argv[i]);
            return 1;
        }
        for (const auto& entry : std::filesystem::directory_iterator{argv[i]}) {
            replay(entry.path());
            ++files;
        }
    }
    std::printf("%d inputs, and each cut\n", files);
    return files == 0 ? 1 : 0;
}
