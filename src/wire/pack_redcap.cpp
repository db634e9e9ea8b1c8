// A REDCap data dictionary as a pack.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/printable.hpp"
#include "base/unseen.hpp"
#include "wire/csv.hpp"
#include "wire/pack_format.hpp"

namespace securebase::wire {
namespace {

using catalog::Pack;
using catalog::PackAnswer;
using catalog::PackItem;

enum Header : std::size_t {
  variable,
  form,
  section,
  type,
  label,
  choices,
  note,
  validation,
  least,
  most,
  identifier,
  branching,
  needed,
  alignment,
  number,
  matrix,
  ranking,
  annotation,
  headers
};

/// Headers in use, without case, blanks and signs, first as the export writes them.
constexpr std::pair<std::string_view, Header> known_headers[] = {
    {"variablefieldname", variable},
    {"fieldname", variable},
    {"formname", form},
    {"sectionheader", section},
    {"fieldtype", type},
    {"fieldlabel", label},
    {"choicescalculationsorsliderlabels", choices},
    {"choicesorcalculations", choices},
    {"selectchoicesorcalculations", choices},
    {"fieldnote", note},
    {"textvalidationtypeorshowslidernumber", validation},
    {"textvalidationtype", validation},
    {"textvalidationmin", least},
    {"textvalidationmax", most},
    {"identifier", identifier},
    {"branchinglogicshowfieldonlyif", branching},
    {"branchinglogic", branching},
    {"requiredfield", needed},
    {"customalignment", alignment},
    {"questionnumbersurveysonly", number},
    {"questionnumbersurveydisplay", number},
    {"questionnumber", number},
    {"matrixgroupname", matrix},
    {"matrixranking", ranking},
    {"fieldannotation", annotation},
};
constexpr std::string_view names[] = {"Variable / Field Name", "Form Name",
                                      "Section Header",        "Field Type",
                                      "Field Label",           "Choices, Calculations, OR Slider Labels"};
constexpr std::array<std::string_view, 7> other_types = {"text", "notes",    "file",     "checkbox",
                                                         "sql",  "textarea", "signature"};

std::string folded(std::string_view header) {
  std::string word;
  for (const char c : header)
    if (c >= 'A' && c <= 'Z')
      word += static_cast<char>(c - 'A' + 'a');
    else if (c >= 'a' && c <= 'z')
      word += c;
  return word;
}

std::string_view trim_blanks(std::string_view field) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = field.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return field.substr(begin, field.find_last_not_of(blanks) - begin + 1);
}

class RedcapReader {
 public:
  RedcapReader(const std::string& name, std::string_view csv, const PackChoice& choice)
      : choice_(choice), csv_(name, from_memory(csv), CsvLimits{std::size_t{1} << 18U, 64}) {
    pack_.format = catalog::PackFormat::redcap;
    pack_.file = name;
  }

  Result<Pack> read() {
    CsvRecord record;
    auto more = csv_.next(record);
    if (more && !*more) return refuse("pack.format", "a file with something in it", 1, "");
    if (more)
      if (auto known = take_header(record); !known) return tl::unexpected(known.error());
    while (more && *more) {
      more = csv_.next(record);
      if (!more || !*more) break;
      if (auto taken = take_row(record); !taken) return tl::unexpected(taken.error());
    }
    if (!more) return tl::unexpected(more.error());
    if (auto one = check_forms(); !one) return tl::unexpected(one.error());
    return std::move(pack_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> refuse(std::string code, std::string detail, std::size_t line,
                                             std::string_view field) const {
    return fail(ErrorKind::bad_data, std::move(code), std::move(detail),
                Place{pack_.file, line, 0, printable(field)});
  }

  Result<bool> take_header(const CsvRecord& record) {
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      const auto word = folded(record.fields[i]);
      const auto* at = std::find_if(std::begin(known_headers), std::end(known_headers),
                                    [&](const auto& known) { return known.first == word; });
      if (at == std::end(known_headers))
        return refuse(
            i == 0 ? "pack.format" : "redcap.columns",
            i == 0 ? "a FHIR Questionnaire, an OpenScales .osd file, or a REDCap data dictionary, "
                     "whose first column is Variable / Field Name"
                   : fmt::format("the columns of a REDCap data dictionary: column {} is another", i + 1),
            record.line, "");
      auto& column = columns_.at(at->second);
      if (column) return refuse("redcap.columns", "each column once", record.line, record.fields[i]);
      column = i;
    }
    for (std::size_t i = 0; i < std::size(names); ++i)
      if (!columns_.at(i))
        return refuse("redcap.columns", fmt::format("a column '{}' is missing", names[i]), record.line, "");
    width_ = record.fields.size();
    return true;
  }

  struct Row {
    const CsvRecord& record;
    const std::array<std::optional<std::size_t>, headers>& columns;

    [[nodiscard]] std::string_view at(Header header) const {
      const auto column = columns.at(header);
      return column ? trim_blanks(record.fields[*column]) : std::string_view();
    }
  };

  Result<bool> take_row(const CsvRecord& record) {
    const auto& fields = record.fields;
    if (std::all_of(fields.begin(), fields.end(), [](auto field) { return trim_blanks(field).empty(); }))
      return true;
    if (fields.size() != width_)
      return refuse("redcap.row", fmt::format("{} fields, as in the header", width_), record.line, "");
    const Row row{record, columns_};
    const std::string link(row.at(variable));
    for (const std::string_view field : fields)
      if (const auto sign = unseen_sign(tabbed(field)); sign)
        return refuse("redcap.text",
                      fmt::format("text in UTF-8 without signs that cannot be seen ({})", *sign), record.line,
                      link);
    if (link.empty()) return refuse("redcap.variable", "every row names a variable", record.line, "");
    if (!variables_.insert(link).second)
      return refuse("redcap.variable_twice", "a variable is there once", record.line, link);
    const std::string of_form(row.at(form));
    if (!choice_.form.empty() && of_form != choice_.form) return true;
    return take_field(row, link, of_form);
  }

  /// Line ends of Windows are no control signs.
  static std::string tabbed(std::string_view field) {
    std::string text(field);
    std::replace(text.begin(), text.end(), '\r', '\n');
    return text;
  }

  Result<bool> take_field(const Row& row, const std::string& link, const std::string& of_form) {
    const std::string kind = folded(row.at(type));
    take_heading(row, link);
    const bool is_hidden = row.at(annotation).find("@HIDDEN") != std::string_view::npos;
    if (kind == "calc") {
      if (!pack_.before_result) pack_.before_result = pack_.items.size();
      return pass_over(link, "a calculated field");
    }
    if (kind == "descriptive") return take_words(row, link);
    if (is_hidden) return pass_over(link, "hidden");
    PackItem item = start(row, link);
    if (kind == "radio" || kind == "dropdown") {
      auto answers = parse_choices(row.at(choices), Place{pack_.file, row.record.line, 0, printable(link)});
      if (!answers) return tl::unexpected(answers.error());
      item.answers = std::move(*answers);
    } else if (kind == "yesno" || kind == "truefalse") {
      item.answers = {{0, ""}, {1, ""}};
    } else if (const auto range = range_of(row, kind); range) {
      item.range = range;
    } else if (std::find(other_types.begin(), other_types.end(), kind) != other_types.end()) {
      return pass_over(link, "no question with answers to choose from");
    } else {
      return refuse("redcap.type",
                    "a field type of REDCap, such as radio, dropdown, yesno, slider, calc or descriptive",
                    row.record.line, link);
    }
    forms_.insert(of_form);
    pack_.items.push_back(std::move(item));
    return true;
  }

  PackItem start(const Row& row, const std::string& link) const {
    PackItem item;
    item.link = link;
    item.text = plain_words(row.at(label));
    item.number = parse_number(row.at(number));
    item.conditional = !row.at(branching).empty();
    item.where = {pack_.file, row.record.line, 0, ""};
    return item;
  }

  /// Of a slider, or of a number with a lowest and a highest.
  static std::optional<catalog::AnswerRange> range_of(const Row& row, const std::string& kind) {
    const auto low = parse_whole(row.at(least));
    const auto high = parse_whole(row.at(most));
    constexpr catalog::AnswerRange of_sliders{0, 100};
    if (kind == "slider")
      return catalog::AnswerRange{low.value_or(of_sliders.min), high.value_or(of_sliders.max)};
    if (kind == "text" && row.at(validation) == "integer" && low && high)
      return catalog::AnswerRange{*low, *high};
    return std::nullopt;
  }

  void take_heading(const Row& row, const std::string& link) {
    const std::string words = plain_words(row.at(section));
    if (words.empty()) return;
    if (pack_.items.empty())
      append_line(pack_.instruction, words);
    else
      pass_over(link, "the section header above it");
  }

  bool take_words(const Row& row, const std::string& link) {
    if (!pack_.items.empty()) return pass_over(link, "words between or behind the items");
    append_line(pack_.instruction, plain_words(row.at(label)));
    return true;
  }

  bool pass_over(const std::string& link, std::string why) {
    pack_.rest.push_back({link, std::move(why)});
    return true;
  }

  Result<bool> check_forms() const {
    if (forms_.size() == 1 || (forms_.empty() && choice_.form.empty())) return true;
    constexpr std::size_t most_shown = 20;
    std::vector<std::string> shown;
    for (const std::string& name : forms_)
      if (shown.size() < most_shown) shown.push_back(printable(name));
    return refuse("pack.form",
                  forms_.empty()
                      ? "there is no form of that name with a question"
                      : fmt::format("there are several forms, say which: {}", fmt::join(shown, ", ")),
                  0, "Form Name");
  }

  const PackChoice& choice_;
  CsvReader csv_;
  Pack pack_;
  std::array<std::optional<std::size_t>, headers> columns_{};
  std::size_t width_ = 0;
  std::set<std::string> variables_;
  std::set<std::string> forms_;
};

}  // namespace

Result<std::vector<PackAnswer>> parse_choices(std::string_view text, const Place& where) {
  std::vector<PackAnswer> answers;
  while (!text.empty()) {
    const auto end = std::min(text.find('|'), text.size());
    const std::string_view one = trim_blanks(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto comma = one.find(',');
    if (comma == std::string_view::npos || comma == 0)
      return fail(ErrorKind::bad_data, "redcap.choices",
                  fmt::format("choice {}: a code, a comma and words are wanted, with | between choices",
                              answers.size() + 1),
                  where);
    answers.push_back({parse_whole(trim_blanks(one.substr(0, comma))), plain_words(one.substr(comma + 1))});
  }
  if (answers.empty())
    return fail(ErrorKind::bad_data, "redcap.choices", "choices such as '0, Never | 1, Often' are wanted",
                where);
  return answers;
}

Result<Pack> parse_redcap(const std::string& name, std::string_view csv, const PackChoice& choice) {
  return RedcapReader(name, csv, choice).read();
}

}  // namespace securebase::wire
