#include "catalog/origin_reader.hpp"

#include <algorithm>
#include <utility>

namespace securebase::catalog {

std::vector<std::string> texts_of(const toml::table& table, std::string_view key) {
  std::vector<std::string> values;
  if (const auto* array = table[key].as_array())
    for (const auto& node : *array) values.push_back(node.value<std::string>().value_or(""));
  return values;
}

int whole_of(const toml::table& table, std::string_view key) {
  return static_cast<int>(table[key].value<std::int64_t>().value_or(0));
}

bool flag_of(const toml::table& table, std::string_view key) {
  return table[key].value<bool>().value_or(false);
}

bool is_short_name(std::string_view id) {
  constexpr std::size_t longest = 40;
  return !id.empty() && id.size() <= longest && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

OriginReader::OriginReader(const Document& file, const Shape& shape, std::string code, Faults& faults)
    : file_(file),
      code_(std::move(code)),
      faults_(faults),
      structure_(read_structure(file.name, file.bytes, shape)) {
  for (const Error& found : structure_.faults) add_fault(faults_, found);
  if (!structure_.complete) return;
  for (const toml::table* row : tables(table(), "sources"))
    sources_.push_back({text(*row, "id"), text(*row, "citation"), text(*row, "url")});
  source_ = text(table(), "source");
  status_ = word_of<SourceStatus>(status_words, text(table(), "status"));
  note_ = text(table(), "note");
  if (citation(source_) == nullptr) fault("source", "must be the id of a row of [[sources]]");
}

void OriginReader::fault(const std::string& path, std::string_view detail) {
  add_fault(faults_,
            {ErrorKind::definition, code_, std::string(detail), place_of(structure_, file_.name, path)});
}

const std::string* OriginReader::citation(const std::string& id) const {
  for (const Source& source : sources_)
    if (source.id == id) return &source.citation;
  return nullptr;
}

Origin OriginReader::origin(const toml::table& row, const std::string& path) {
  const bool own = row.contains("source");
  const std::string* cited = citation(own ? text(row, "source") : source_);
  if (own && cited == nullptr) fault(path + ".source", "must be the id of a row of [[sources]]");
  const bool own_status = row.contains("status");
  // What the file says of itself is not said of an entry from elsewhere.
  const bool the_files = !own && !own_status;
  return {own_status ? word_of<SourceStatus>(status_words, text(row, "status")) : status_,
          cited == nullptr ? "" : *cited, row.contains("note") || !the_files ? text(row, "note") : note_};
}

}  // namespace securebase::catalog
