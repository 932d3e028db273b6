#include "completions.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <vector>

namespace tool {

namespace {

struct word {              // an option
  std::string name, help;  // "--tls"
  std::string value;       // what it takes: "FILE"; "": nothing
  std::string choices;     // if only these: "1.2 1.3"
  bool takes_file() const { return value == "FILE"; }
};

struct command {
  std::string path;  // "config show"; "" is the program itself
  std::string name, help;
  std::vector<word> options;
  std::vector<command> commands;
  bool takes_file = false;  // its positional argument is one
  std::string choices;      // its positional argument is one of these
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

// The first clause is enough for a line in a menu.
std::string brief(const std::string& help) {
  auto clause = help.substr(0, help.find_first_of(";:("));
  while (clause.ends_with(' ')) clause.pop_back();
  return clause;
}

std::string choices_of(const std::string& type) {
  const auto open = type.find('{');
  return open == std::string::npos ? "" : replaced(type.substr(open + 1, type.find('}') - open - 1), ",", " ");
}

// CLI11 keeps "PROTOCOL:{smtp,imap}" as the type's name, where values are checked against a list.
word word_of(const CLI::Option& option) {
  const auto type = option.get_type_size_max() == 0 ? "" : option.get_type_name();
  word made{"--" + option.get_lnames().front(), brief(option.get_description()), type.substr(0, type.find(':')), ""};
  made.choices = choices_of(type);
  if (made.value.empty() && !type.empty()) made.value = "VALUE";
  return made;
}

command command_of(const CLI::App& app, const std::string& path) {
  command made{path, app.get_name(), brief(app.get_description()), {}, {}, false, ""};
  for (const auto* option : app.get_options()) {
    if (!option->get_lnames().empty()) {
      made.options.push_back(word_of(*option));
    } else {
      made.takes_file = option->get_type_name() == "FILE" || option->get_type_name() == "DIR";
      made.choices = choices_of(option->get_type_name());
    }
  }
  for (const auto* sub : app.get_subcommands({}))
    made.commands.push_back(command_of(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name()));
  return made;
}

template <class Action>
void for_each_command(const command& root, const Action& action) {
  action(root);
  for (const auto& sub : root.commands) for_each_command(sub, action);
}

std::string names_of(const command& here) {
  std::string names = here.choices.empty() ? "" : here.choices + " ";
  for (const auto& sub : here.commands) names += sub.name + " ";
  for (const auto& option : here.options) names += option.name + " ";
  names.pop_back();
  return names;
}

std::string bash_script(const command& root) {
  std::string steps, values, words;
  for_each_command(root, [&](const command& here) {
    for (const auto& sub : here.commands)
      steps += fmt::format("      '{} {}') path='{}' ;;\n", here.path, sub.name, sub.path);
    for (const auto& option : here.options) {
      if (option.value.empty()) continue;
      const auto reply = !option.choices.empty() ? fmt::format("-W '{}'", option.choices)
                         : option.takes_file()   ? std::string("-f")
                                                 : std::string("-W ''");
      values += fmt::format("    '{} {}') reply=({}) ;;\n", here.path, option.name, reply);
    }
    words += fmt::format("      '{}') reply=(-W '{}'{}) ;;\n", here.path, names_of(here), here.takes_file ? " -f" : "");
  });
  return fmt::format(R"(# Completions of schannix for bash, printed by: schannix completions bash
_schannix() {{
  local word path='' current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
  local -a reply=()
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD - 1}}"; do
    case "$path $word" in
{}    esac
  done
  case "$path $previous" in
{}    *) case "$path" in
{}    esac ;;
  esac
  case " ${{reply[*]}} " in *' -f '*) compopt -o filenames 2>/dev/null ;; esac
  mapfile -t COMPREPLY < <(compgen "${{reply[@]}}" -- "$current")
}}
complete -F _schannix schannix
)",
                     steps, values, words);
}

// Inside '...' of an _arguments specification.
std::string for_zsh(std::string text) {
  for (const auto* special : {"\\", "[", "]", ":"}) text = replaced(text, special, std::string("\\") + special);
  return replaced(text, "'", "'\\''");
}

std::string zsh_arguments(const command& here) {
  std::string specs;
  for (const auto& option : here.options) {
    specs += fmt::format(" \\\n        '{}[{}]", option.name, for_zsh(option.help));
    if (!option.value.empty()) specs += ":" + option.value + ":";
    if (!option.choices.empty()) specs += "(" + option.choices + ")";
    if (option.takes_file()) specs += "_files";
    specs += "'";
  }
  if (!here.commands.empty()) {
    specs += " \\\n        '1:command:((";
    for (const auto& sub : here.commands) specs += fmt::format("{}\\:\"{}\" ", sub.name, for_zsh(sub.help));
    specs.back() = ')';
    specs += ")'";
    specs += " \\\n        '*:word:()'";
  } else {
    const auto what = here.takes_file        ? "FILE:_files"
                      : here.choices.empty() ? "word:()"
                                             : "word:(" + here.choices + ")";
    specs += " \\\n        '*:" + what + "'";
  }
  return specs;
}

std::string zsh_script(const command& root) {
  std::string steps, specs;
  for_each_command(root, [&](const command& here) {
    for (const auto& sub : here.commands)
      steps += fmt::format("      '{} {}') at_command='{}'; drop=$at ;;\n", here.path, sub.name, sub.path);
    specs += fmt::format("    '{}') _arguments -S{} ;;\n", here.path, zsh_arguments(here));
  });
  return fmt::format(R"(#compdef schannix
# Completions of schannix for zsh, printed by: schannix completions zsh
_schannix() {{
  local at_command=''  # not "path", which zsh ties to PATH
  local -i at drop=1
  for (( at = 2; at < CURRENT; at++ )); do
    case "$at_command ${{words[at]}}" in
{}    esac
  done
  words=("${{(@)words[drop,-1]}}")
  (( CURRENT -= drop - 1 ))
  case "$at_command" in
{}  esac
}}
_schannix "$@"
)",
                     steps, specs);
}

std::string fish_script(const command& root) {
  std::string lines;
  for_each_command(root, [&](const command& here) {
    std::string condition = "__fish_use_subcommand";
    if (!here.path.empty()) {
      condition.clear();
      for (const auto& name : CLI::detail::split(here.path, ' '))
        condition += (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + name);
    }
    const auto line = fmt::format("complete -c schannix -n '{}'", condition);
    for (const auto& option : here.options) {
      lines += fmt::format("{} -l {} -d '{}'", line, option.name.substr(2), replaced(option.help, "'", "\\'"));
      if (option.takes_file())
        lines += " -r -F";
      else if (!option.value.empty())
        lines += option.choices.empty() ? " -x" : fmt::format(" -x -a '{}'", option.choices);
      lines += "\n";
    }
    std::string others;
    for (const auto& sub : here.commands) others += " " + sub.name;
    const auto none_yet = others.empty() || here.path.empty() ? "" : "; and not __fish_seen_subcommand_from" + others;
    for (const auto& sub : here.commands)
      lines += fmt::format("complete -c schannix -n '{}{}' -a {} -d '{}'\n", condition, none_yet, sub.name,
                           replaced(sub.help, "'", "\\'"));
    if (here.takes_file) lines += line + " -F\n";
    if (!here.choices.empty()) lines += fmt::format("{} -a '{}'\n", line, here.choices);
  });
  return "# Completions of schannix for fish, printed by: schannix completions fish\ncomplete -c schannix -f\n" + lines;
}

}  // namespace

std::string completions_for(const std::string& shell, const CLI::App& app) {
  const auto root = command_of(app, "");
  return shell == "bash" ? bash_script(root) : shell == "zsh" ? zsh_script(root) : fish_script(root);
}

}  // namespace tool
