// The findings as they are told, on standard output: a table and a sentence, or one JSON object a line.
#pragma once

#include <string>
#include <vector>

#include "finding.hpp"

namespace tool {

severity worst_of(const std::vector<finding>& found);

// "example.org:443 closes properly: ..." in one sentence, for a person.
std::string summary_of(const std::string& name, const std::vector<finding>& found);

void write_findings(const std::string& name, const std::vector<finding>& found, bool as_json, int exit_code);

}  // namespace tool
