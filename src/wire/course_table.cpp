#include "wire/course_table.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace securebase::wire {
namespace {

using attachment::Course;
using attachment::Domain;
using attachment::Observation;
using attachment::Reference;

constexpr const char* known_columns[] = {"course",    "month",         "date",           "figure", "kind",
                                         "domain",    "about",         "instrument",     "order",  "anxiety",
                                         "avoidance", "anxiety_error", "avoidance_error"};
constexpr double usual_error_share = 0.10;  // clinical.md 2.1, a proposal of ours

std::string_view trimmed_field(std::string_view field) {
  const auto begin = field.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return field.substr(begin, field.find_last_not_of(" \t") + 1 - begin);
}

/// What is known of a form in an order.
struct Form {
  std::optional<Reference> reference;  ///< nothing: directions only
  std::string name;
  std::pair<double, double> range;  ///< of a measure that gives directions
};

class CourseTable {
 public:
  CourseTable(CsvReader& reader, const catalog::Library& library) : reader_(reader), library_(library) {}

  Result<std::vector<NamedCourse>> read() {
    CsvRecord record;
    auto more = reader_.next(record);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return refuse("courses.rows", "the file is empty", "");
    if (auto done = read_header(record); !done) return tl::unexpected(done.error());
    for (more = reader_.next(record); more && *more; more = reader_.next(record))
      if (auto done = read_row(record); !done) return tl::unexpected(done.error());
    if (!more) return tl::unexpected(more.error());
    if (courses_.empty()) return refuse("courses.rows", "no rows below the line that names the columns", "");
    for (std::size_t i = 0; i < courses_.size(); ++i) finish(i);
    return std::move(courses_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> refuse(const char* code, std::string detail,
                                             const std::string& field) const {
    return fail(ErrorKind::bad_data, code, std::move(detail), {reader_.name(), line_, 0, field});
  }

  Result<void> read_header(const CsvRecord& record) {
    line_ = record.line;
    width_ = record.fields.size();
    for (std::size_t i = 0; i < width_; ++i)
      for (const char* known : known_columns)
        if (trimmed_field(record.fields[i]) == known && !columns_.emplace(known, i).second)
          return refuse("courses.column", "a column stands there twice", known);
    if (columns_.contains("month") == columns_.contains("date"))
      return refuse("courses.column", "one column month, or one column date, is needed", "month");
    if (!columns_.contains("anxiety") && !columns_.contains("avoidance"))
      return refuse("courses.column", "columns anxiety and avoidance are needed", "anxiety");
    return {};
  }

  [[nodiscard]] std::string text(const CsvRecord& record, const char* column) const {
    const auto at = columns_.find(column);
    if (at == columns_.end()) return "";
    const auto field = trimmed_field(record.fields[at->second]);
    return field == "NA" ? "" : std::string(field);
  }

  [[nodiscard]] Result<std::optional<double>> number(const CsvRecord& record, const char* column) const {
    const std::string field = text(record, column);
    if (field.empty()) return std::optional<double>();
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    constexpr double most = 1e6;
    if (error != std::errc() || end != field.data() + field.size() || !(std::abs(value) <= most))
      return refuse("courses.value",
                    "a number is needed here, with a point for decimals; nothing or NA where it is missing",
                    column);
    return std::optional<double>(value);
  }

  Result<double> month(const CsvRecord& record) const {
    if (columns_.contains("month")) {
      const auto value = number(record, "month");
      if (!value) return tl::unexpected(value.error());
      if (!*value) return refuse("courses.value", "a month is needed", "month");
      return **value;
    }
    const auto day = parse_date(text(record, "date"));
    if (!day) return refuse("courses.value", "a day is needed, such as 2026-11-25", "date");
    return attachment::months_between(Date{}, *day);
  }

  Result<const Form*> form(const CsvRecord& record) {
    const std::string id = text(record, "instrument");
    const std::string order_id = text(record, "order");
    const auto known = forms_.find({id, order_id});
    if (known != forms_.end()) return &known->second;
    const auto instrument = catalog::find_instrument(library_, id);
    if (!instrument)
      return refuse("courses.value", "an instrument the program knows is needed", "instrument");
    const catalog::Instrument& found = **instrument;
    if (order_id.empty() && found.orders.size() > 1)
      return refuse("courses.value", found.abbreviation + " has several orders: say which", "order");
    const auto* order = order_id.empty() ? &found.orders.front() : catalog::find_order(found, order_id);
    if (order == nullptr) return refuse("courses.value", "an order of the instrument is needed", "order");
    Form made{std::nullopt, found.name, {0, 0}};
    const auto* rule = catalog::find_position_rule(library_, found.id, order->id);
    if (rule != nullptr && rule->direction_only) {
      made.range = catalog::score_range(found, *catalog::find_scale(found, rule->anxiety.scale), *order);
    } else {
      auto reference = attachment::reference_of(library_, found, *order);
      if (!reference) return refuse(reference.error().code.c_str(), reference.error().detail, "instrument");
      made.reference = std::move(*reference);
    }
    return &forms_.emplace(std::pair(id, order_id), std::move(made)).first->second;
  }

  std::size_t course_of(const CsvRecord& record) {
    const std::string name = text(record, "course");
    const auto [at, is_new] = index_.emplace(name, courses_.size());
    if (is_new) {
      courses_.push_back({name, {}});
      domains_.emplace_back();
      used_.emplace_back();
    }
    return at->second;
  }

  Result<void> take_figure(const CsvRecord& record, std::size_t course, const std::string& figure) {
    std::optional<Domain> domain;
    if (const std::string word = text(record, "domain"); !word.empty()) {
      domain = attachment::parse_domain(word);
      if (!domain)
        return refuse("courses.value", "family, romance, friends, therapist or other is needed", "domain");
    } else if (const std::string kind = text(record, "kind"); !kind.empty()) {
      domain = attachment::domain_of_kind(kind);
    }
    auto& known = domains_[course];
    const auto at = known.find(figure);
    if (at == known.end()) {
      // A name such as "mother" says who it is.
      const Domain settled = domain.value_or(attachment::domain_of_kind(figure));
      known.emplace(figure, settled);
      courses_[course].course.figures.push_back({figure, figure, settled});
    } else if (domain && *domain != at->second) {
      return refuse("courses.value", "a figure belongs to one domain in all rows of a course", "domain");
    }
    return {};
  }

  Result<void> read_row(const CsvRecord& record) {
    line_ = record.line;
    if (record.fields.size() != width_)
      return refuse("courses.fields", fmt::format("{} fields are needed, as in the header", width_), "");
    const auto anxiety = number(record, "anxiety");
    if (!anxiety) return tl::unexpected(anxiety.error());
    const auto avoidance = number(record, "avoidance");
    if (!avoidance) return tl::unexpected(avoidance.error());
    const std::size_t course = course_of(record);
    const auto at = month(record);
    if (!at) return tl::unexpected(at.error());
    if (!*anxiety && !*avoidance) return {};
    const std::string figure = text(record, "figure");
    if (!figure.empty())
      if (auto taken = take_figure(record, course, figure); !taken) return taken;
    const bool has_form = !text(record, "instrument").empty();
    return has_form ? take_scores(record, course, *at, figure, *anxiety, *avoidance)
                    : take_standard(record, course, *at, figure, *anxiety, *avoidance);
  }

  Result<void> take_scores(const CsvRecord& record, std::size_t course, double at, const std::string& figure,
                           std::optional<double> anxiety, std::optional<double> avoidance) {
    const auto known = form(record);
    if (!known) return tl::unexpected(known.error());
    const bool about_one =
        !(*known)->reference || (*known)->reference->feeds == catalog::PositionLevel::figure;
    if (about_one && figure.empty())
      return refuse("courses.value", "this instrument asks about one person: say who", "figure");
    Course& into = courses_[course].course;
    if (!(*known)->reference) {
      into.directions.push_back({at, figure, text(record, "instrument"), (*known)->name, anxiety, avoidance,
                                 (*known)->range.first, (*known)->range.second});
      return {};
    }
    const Reference& reference = *(*known)->reference;
    const auto in_range = [](const std::optional<double>& score, const attachment::AxisScale& axis) {
      return !score || (*score >= axis.lowest - 1e-9 && *score <= axis.highest + 1e-9);
    };
    if (!in_range(anxiety, reference.anxiety) || !in_range(avoidance, reference.avoidance))
      return refuse("courses.value",
                    fmt::format("scores of this form lie from {:g} to {:g}", reference.anxiety.lowest,
                                reference.anxiety.highest),
                    "anxiety");
    const auto errors = own_errors(record);
    if (!errors) return tl::unexpected(errors.error());
    into.observations.push_back(attachment::observed(reference, at, figure, anxiety, avoidance, *errors));
    used_[course].emplace(reference.instrument, reference.order);
    last_reference_[{reference.instrument, reference.order}] = &reference;
    return {};
  }

  Result<void> take_standard(const CsvRecord& record, std::size_t course, double at,
                             const std::string& figure, std::optional<double> anxiety,
                             std::optional<double> avoidance) {
    Observation o;
    const std::string about = text(record, "about");
    if (about == "romance")
      o.about = catalog::PositionLevel::romance;
    else if (about == "overall")
      o.about = catalog::PositionLevel::overall;
    else if (!about.empty() && about != "figure")
      return refuse("courses.value", "figure, romance or overall is needed", "about");
    if (o.about == catalog::PositionLevel::figure && figure.empty())
      return refuse("courses.value", "say who it is about", "figure");
    if (o.about == catalog::PositionLevel::figure) o.figure = figure;
    const auto errors = own_errors(record);
    if (!errors) return tl::unexpected(errors.error());
    o.month = at;
    o.anxiety = anxiety;
    o.avoidance = avoidance;
    o.anxiety_error = *errors ? (*errors)->anxiety : std::sqrt(usual_error_share);
    o.avoidance_error = *errors ? (*errors)->avoidance : std::sqrt(usual_error_share);
    courses_[course].course.observations.push_back(o);
    used_[course].emplace("", "");
    return {};
  }

  /// Both, or neither.
  [[nodiscard]] Result<std::optional<attachment::Position>> own_errors(const CsvRecord& record) const {
    const auto anxiety = number(record, "anxiety_error");
    if (!anxiety) return tl::unexpected(anxiety.error());
    const auto avoidance = number(record, "avoidance_error");
    if (!avoidance) return tl::unexpected(avoidance.error());
    if (!*anxiety && !*avoidance) return std::optional<attachment::Position>();
    if (!*anxiety || !*avoidance || !(**anxiety > 0) || !(**avoidance > 0))
      return refuse("courses.value", "errors stand together, and are above 0", "anxiety_error");
    return std::optional<attachment::Position>({**anxiety, **avoidance});
  }

  void finish(std::size_t i) {
    if (columns_.contains("date")) begin_at_the_first(courses_[i].course);
    const auto& forms = used_[i];
    if (forms.size() != 1) return;
    const auto known = last_reference_.find(*forms.begin());
    if (known != last_reference_.end()) courses_[i].course.only_form = *known->second;
  }

  /// Days become months from the first of the course.
  static void begin_at_the_first(Course& course) {
    double first = HUGE_VAL;
    for (const Observation& o : course.observations) first = std::min(first, o.month);
    for (const auto& score : course.directions) first = std::min(first, score.month);
    for (Observation& o : course.observations) o.month -= first;
    for (auto& score : course.directions) score.month -= first;
  }

  CsvReader& reader_;
  const catalog::Library& library_;
  std::size_t line_ = 0;
  std::size_t width_ = 0;
  std::map<std::string, std::size_t> columns_;
  std::map<std::string, std::size_t> index_;
  std::vector<NamedCourse> courses_;
  std::vector<std::map<std::string, Domain>> domains_;
  std::vector<std::set<std::pair<std::string, std::string>>> used_;  // forms, by instrument and order
  std::map<std::pair<std::string, std::string>, Form> forms_;
  std::map<std::pair<std::string, std::string>, const Reference*> last_reference_;
};

}  // namespace

Result<std::vector<NamedCourse>> read_courses(CsvReader& reader, const catalog::Library& library) {
  return CourseTable(reader, library).read();
}

}  // namespace securebase::wire
