// A survey in the three forms in which it is told, each to standard output: for people, as JSON lines, as SARIF 2.1.0.
#pragma once

#include <string>

#include "port/survey.hpp"

namespace tool::port {

// all: every place of a name and every note, instead of the first three.
void print_table(const survey& found, bool all);
void print_json(const survey& found);
// folder: what the paths are relative to.
void print_sarif(const survey& found, const std::string& folder);

}  // namespace tool::port
