#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/tools/command.hpp"

namespace howdah::tools {
namespace {

/// A word that may stand on the command line.
struct word {
    std::string text;
    std::string description;
    bool takes_value = false;
    std::vector<std::string> choices;  // of its value, where they are known
};

/// What may follow a command, such as "howdah sandbox start".
struct place {
    std::string path;
    std::vector<word> subcommands, options;
    std::vector<std::string> positional_choices;
};

// CLI::IsMember describes itself as "{a,b,c}"; CLI11 offers no other way to its set.
std::vector<std::string> choices_of(const CLI::Option& option) {
    std::vector<std::string> out;
    const std::string type = option.get_type_name();
    const auto open = type.find('{'), close = type.find('}');
    if (open == std::string::npos || close == std::string::npos) return out;
    for (const auto& choice : CLI::detail::split(type.substr(open + 1, close - open - 1), ',')) out.push_back(choice);
    return out;
}

void add_option_words(const CLI::Option& option, place& at) {
    const auto choices = choices_of(option);
    if (option.get_positional()) {
        at.positional_choices.insert(at.positional_choices.end(), choices.begin(), choices.end());
        return;
    }
    const bool takes_value = option.get_items_expected_max() > 0;
    const auto add = [&](const std::string& text) {
        at.options.push_back({text, option.get_description(), takes_value, choices});
    };
    for (const auto& name : option.get_snames()) add('-' + name);
    for (const auto& name : option.get_lnames()) add("--" + name);
}

void collect(const CLI::App& command, const std::string& path, std::vector<place>& out) {
    place at{.path = path, .subcommands = {}, .options = {}, .positional_choices = {}};
    const auto children = command.get_subcommands([](const CLI::App*) { return true; });
    for (const auto* child : children)
        at.subcommands.push_back({child->get_name(), child->get_description(), false, {}});
    for (const auto* option : command.get_options()) add_option_words(*option, at);
    out.push_back(std::move(at));
    for (const auto* child : children) collect(*child, path + ' ' + child->get_name(), out);
}

std::string single_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out.append(c == '\'' ? "'\\''" : std::string(1, c));
    return out + '\'';
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const auto& w : words) out.append(out.empty() ? "" : between).append(w);
    return out;
}

/// Every path but the root's, quoted.
std::vector<std::string> quoted_paths(const std::vector<place>& places) {
    std::vector<std::string> out;
    for (std::size_t i = 1; i < places.size(); ++i) out.push_back(single_quoted(places[i].path));
    return out;
}

std::string all_words(const place& at) {
    std::vector<std::string> words = at.positional_choices;
    for (const auto& w : at.subcommands) words.push_back(w.text);
    for (const auto& w : at.options) words.push_back(w.text);
    return joined(words, " ");
}

void print_bash(const std::vector<place>& places) {
    std::cout << "_howdah() {\n"
                 "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path=howdah words= i\n"
                 "    for ((i = 1; i < COMP_CWORD; ++i)); do\n"
                 "        case \"$path ${COMP_WORDS[i]}\" in\n"
                 "            "
              << joined(quoted_paths(places), "|")
              << ") path=\"$path ${COMP_WORDS[i]}\" ;;\n"
                 "        esac\n"
                 "    done\n"
                 "    case \"$path $previous\" in\n";
    for (const auto& at : places)
        for (const auto& w : at.options)
            if (w.takes_value) {
                std::cout << "        " << single_quoted(at.path + ' ' + w.text) << ") COMPREPLY=($(compgen -W "
                          << single_quoted(joined(w.choices, " ")) << " -- \"$word\")); return ;;\n";
            }
    std::cout << "    esac\n"
                 "    case \"$path\" in\n";
    for (const auto& at : places)
        std::cout << "        " << single_quoted(at.path) << ") words=" << single_quoted(all_words(at)) << " ;;\n";
    std::cout << "    esac\n"
                 "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                 "}\n"
                 "complete -o default -F _howdah howdah\n";
}

// _describe splits each entry at its first colon.
std::string described(const word& w) { return single_quoted(w.text + ':' + w.description); }

void print_zsh(const std::vector<place>& places) {
    std::cout << "#compdef howdah\n"
                 "_howdah() {\n"
                 "    local at=howdah previous=${words[CURRENT-1]}\n"
                 "    local -a entries\n"
                 "    integer i\n"
                 "    for ((i = 2; i < CURRENT; ++i)); do\n"
                 "        case \"$at ${words[i]}\" in\n"
                 "            "
              << joined(quoted_paths(places), "|")
              << ") at=\"$at ${words[i]}\" ;;\n"
                 "        esac\n"
                 "    done\n"
                 "    case \"$at $previous\" in\n";
    for (const auto& at : places)
        for (const auto& w : at.options)
            if (w.takes_value) {
                std::cout << "        " << single_quoted(at.path + ' ' + w.text) << ") "
                          << (w.choices.empty() ? "_files" : "compadd -- " + joined(w.choices, " ")) << "; return ;;\n";
            }
    std::cout << "    esac\n"
                 "    case \"$at\" in\n";
    for (const auto& at : places) {
        std::cout << "        " << single_quoted(at.path) << ") entries=(" << joined(at.positional_choices, " ");
        for (const auto& w : at.subcommands) std::cout << ' ' << described(w);
        for (const auto& w : at.options) std::cout << ' ' << described(w);
        std::cout << ") ;;\n";
    }
    std::cout << "    esac\n"
                 "    _describe howdah entries\n"
                 "}\n"
                 "compdef _howdah howdah\n";
}

void print_fish_option(const std::string& condition, const word& w) {
    const bool is_long = w.text.starts_with("--");
    std::cout << condition << (is_long ? " -l " + w.text.substr(2) : " -s " + w.text.substr(1));
    if (w.takes_value) std::cout << (w.choices.empty() ? " -r" : " -x -a " + single_quoted(joined(w.choices, " ")));
    std::cout << " -d " << single_quoted(w.description) << '\n';
}

void print_fish(const std::vector<place>& places) {
    std::cout << "function __howdah_at\n"
                 "    set -l path howdah\n"
                 "    for word in (commandline -opc)[2..-1]\n"
                 "        if contains -- \"$path $word\" "
              << joined(quoted_paths(places), " ")
              << "\n"
                 "            set path \"$path $word\"\n"
                 "        end\n"
                 "    end\n"
                 "    test \"$path\" = \"$argv[1]\"\n"
                 "end\n";
    for (const auto& at : places) {
        const std::string condition = "complete -c howdah -n \"__howdah_at " + single_quoted(at.path) + '"';
        for (const auto& w : at.subcommands)
            std::cout << condition << " -f -a " << w.text << " -d " << single_quoted(w.description) << '\n';
        for (const auto& choice : at.positional_choices) std::cout << condition << " -f -a " << choice << '\n';
        for (const auto& w : at.options) print_fish_option(condition, w);
    }
}

void print_completion(const CLI::App& howdah, const std::string& shell) {
    std::vector<place> places;
    collect(howdah, "howdah", places);
    if (shell == "bash") print_bash(places);
    if (shell == "zsh") print_zsh(places);
    if (shell == "fish") print_fish(places);
}

}  // namespace

void add_completion(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("completion", "Print completion for a shell");
    const auto shell = std::make_shared<std::string>();
    command->add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->footer("Examples:\n"
                    "  source <(howdah completion bash)       in ~/.bashrc\n"
                    "  source <(howdah completion zsh)        in ~/.zshrc\n"
                    "  howdah completion fish | source        in ~/.config/fish/config.fish");
    command->callback([&howdah, shell] { print_completion(howdah, *shell); });
}

}  // namespace howdah::tools
