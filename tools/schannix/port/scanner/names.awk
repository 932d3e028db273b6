# names.awk: the names of Windows that `schannix port scan` knows, as lines of a C++ table {name, standing, library, note}.
#   awk -f names.awk docs/compat.md docs/win32.md scripts/exported_symbols.txt scripts/exported_win32_symbols.txt include/win32/*.h
# Each file is one that a check compares with what is built: check_compat, check_windows_names, check_symbols, the compiler. The first
# that speaks of a name counts; its library is win32.md's section wherever that has one.

function tell(name, standing, library, note) {
  if (library != "" && where[name] == "") where[name] = library
  if (name in standings) return
  standings[name] = standing
  notes[name] = standing == "supported" ? "" : note
  order[++count] = name
}

function plain(text) {  # Markdown as text, the first sentence of it
  gsub(/\]\([^)]*\)/, "", text)
  gsub(/[`\[]/, "", text)
  gsub(/^ +| +$/, "", text)
  if (match(text, /\. [A-Z]/)) text = substr(text, 1, RSTART)
  gsub(/\\/, "\\\\", text)
  gsub(/"/, "\\\"", text)
  return text
}

# A refusal counts wherever it stands in what is said; of "Supported up to TLS 1.2" the rest is a limit.
function judged(what) {
  if (what ~ /^Refused/) return "missing"
  if (what ~ /^Ignored/ || what ~ /^Supported [a-z]/ || what ~ /[Rr]efused/) return "partial"
  return "supported"
}

# The names of a cell: `One`, `Two` (with what is said of them); those behind a "the same as" are names, too.
function tell_cell(cell, standing, library, note,   name) {
  while (match(cell, /`[A-Za-z_][A-Za-z_0-9]*`/)) {
    name = substr(cell, RSTART + 1, RLENGTH - 2)
    cell = substr(cell, RSTART + RLENGTH)
    tell(name, standing, library, note)
  }
}

FNR == 1 {
  section = ""
  table = ""
  source = FILENAME
  sub(/.*\//, "", source)
}

source ~ /\.md$/ && /^#/ {
  section = $0
  sub(/^#+ */, "", section)
  table = ""
}

# docs/compat.md: the tables whose second column tells what becomes of a name.
source == "compat.md" && /^\|/ {
  split($0, cells, / *\| */)
  if (cells[3] == "what") table = cells[2]
  else if (table ~ /^(function|request|`fCredentialUse`|flag|bits|buffer|attribute|token)$/ && cells[2] !~ /^-/)
    tell_cell(cells[2], judged(cells[3]), "", plain(cells[3]))
}
source == "compat.md" && !/^\|/ { table = "" }

# docs/win32.md: functions with their limits, then lists of names that are here and that are not.
source == "win32.md" && section == "Functions" && /^\| `/ {
  split($0, cells, / *\| */)
  tell_cell(cells[2], cells[3] == "" ? "supported" : "partial", "", plain(cells[3]))
}
source == "win32.md" && /^(Here|Not yet) \(/ { list = /^Here/ ? "supported" : "missing" }
source == "win32.md" && /^$/ { list = "" }
source == "win32.md" && list != "" { tell_cell($0, list, section, "") }

function library_of(name) {
  if (name ~ /^[BN]Crypt/) return "ncrypt and bcrypt"
  if (name ~ /^(Cert|Crypt|PFX)/) return "crypt32"
  if (source ~ /win32/) return name ~ /^WSA|socket$/ ? "ws2_32" : "kernel32"
  return name ~ /^(Local|(Get|Set)LastError)/ ? "kernel32" : "secur32"
}
source ~ /^exported_.*\.txt$/ { tell($1, "supported", library_of($1), "") }

# The headers: every word outside of comments that is longer than an abbreviation. What nobody asks for does no harm.
function without_comments(text,   kept, at) {
  for (;;) {
    at = index(text, inside ? "*/" : "/*")
    if (at == 0) return inside ? kept : kept text
    if (!inside) kept = kept substr(text, 1, at - 1) " "
    text = substr(text, at + 2)
    inside = !inside
  }
}
source ~ /\.h$/ {
  text = without_comments($0)
  sub(/\/\/.*/, "", text)
  while (match(text, /[A-Za-z_][A-Za-z_0-9]*/)) {
    name = substr(text, RSTART, RLENGTH)
    text = substr(text, RSTART + RLENGTH)
    if (RLENGTH > 5 && name ~ /[A-Z]/ && name !~ /^[Ss][Cc][Hh][Aa][Nn][Nn][Ii][Xx]/) tell(name, "supported", "headers", "")
  }
}

END {
  for (i = 1; i <= count; ++i) {
    name = order[i]
    wide = name "W"  # a name without A or W is a macro for one of two functions
    if (wide in standings && standings[name] == "supported") {
      standings[name] = standings[wide]
      notes[name] = notes[wide]
    }
    base = substr(name, 1, length(name) - 1)
    if (name ~ /[AW]$/ && base in where && where[base] != "headers") where[name] = where[base]
    printf "{\"%s\", standing::%s, \"%s\", \"%s\"},\n", name, standings[name], where[name], notes[name]
  }
}
