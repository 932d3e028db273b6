// What shells need to complete our command line, made of the same table that parses it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace tool {

// The completion script for a shell: bash, zsh or fish.
std::string completions_for(const std::string& shell, const CLI::App& app);

}  // namespace tool
