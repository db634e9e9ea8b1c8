#include "service/learned_course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "service/alliance.hpp"
#include "service/feedback.hpp"
#include "service/feedback_parts.hpp"

namespace securebase::service {
namespace {

using therapy::ExpectedCourse;
using therapy::WithinError;

constexpr std::string_view kept_version = "1";
constexpr std::size_t ratings_that_tell = 4;  // of one course, for the error within a person

/// Reads words one after another; a word that is no number leaves it failed.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  std::string_view word() {
    const auto end = std::min(text_.find(' '), text_.size());
    const auto word = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    return word;
  }
  template <class Number>
  void read(Number& number) {
    const auto text = word();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    failed_ = failed_ || text.empty() || error != std::errc() || end != text.data() + text.size();
  }
  [[nodiscard]] bool is_whole() const { return !failed_ && text_.empty(); }

 private:
  std::string_view text_;
  bool failed_ = false;
};

/// Every number of an expected course, in the order they are kept.
template <class Course, class Use>
void each_number(Course& course, const Use& use) {
  use(course.mean_intake);
  for (auto& one : course.fixed) use(one);
  for (auto& one : course.fixed_covariance) use(one);
  for (auto& one : course.between) use(one);
  use(course.residual_sd);
  use(course.courses);
  use(course.readings);
  use(course.lowest_intake);
  use(course.highest_intake);
  use(course.last_visit);
}

std::string whose(int courses, Instant computed_at) {
  return fmt::format("{} courses of this practice, learned on {}", courses,
                     securebase::to_text(date_of(computed_at)));
}

tl::unexpected<Error> not_known() {
  return fail(ErrorKind::internal, "record.value", "a stored value that this version does not know",
              Place{"learned_course", 0, 0, "numbers"});
}

Result<std::optional<LearnedCourse>> learned(Transaction& transaction, const AnswerSeries& series,
                                             LearnedKind kind) {
  auto found = list<LearnedCourse>(transaction, {{where(&LearnedCourse::kind, kind),
                                                  where(&LearnedCourse::instrument, series.key.instrument),
                                                  where(&LearnedCourse::version, series.key.version),
                                                  where(&LearnedCourse::item_order, series.key.item_order),
                                                  where(&LearnedCourse::scale, series.scale_id),
                                                  where(&LearnedCourse::fingerprint, series.fingerprint)},
                                                 {},
                                                 1});
  if (!found) return tl::unexpected(found.error());
  return found->empty() ? std::optional<LearnedCourse>() : std::optional(std::move(found->front()));
}

/// Series of one form, of everybody.
struct FormSeries {
  LearnedKind kind = LearnedKind::expected_course;
  std::vector<AnswerSeries> series;
};
using FormKey = std::tuple<LearnedKind, std::string, std::string, std::string>;
using Forms = std::map<FormKey, FormSeries>;

Result<Forms> all_forms(Transaction& transaction, const Practice& practice) {
  Forms forms;
  for (const auto& [kind, use] : {std::pair(LearnedKind::expected_course, SeriesUse::outcome),
                                  std::pair(LearnedKind::rating_error, SeriesUse::rating)}) {
    auto all = answer_series(transaction, practice, {}, use);
    if (!all) return tl::unexpected(all.error());
    for (AnswerSeries& series : *all) {
      if (series.answers.empty()) continue;
      const SeriesKey& key = series.key;
      FormSeries& form = forms[{kind, key.instrument, key.version, key.item_order}];
      form.kind = kind;
      form.series.push_back(std::move(series));
    }
  }
  return forms;
}

std::size_t scores_after_intake(const therapy::ScoredCourse& course) {
  return static_cast<std::size_t>(std::count_if(course.visits.begin(), course.visits.end(),
                                                [](const therapy::Visit& one) { return one.score; }));
}

std::vector<therapy::ScoredCourse> telling_courses(const FormSeries& form) {
  std::vector<therapy::ScoredCourse> courses;
  for (const AnswerSeries& series : form.series)
    if (auto course = scored_course(series); course.intake && scores_after_intake(course) >= 2)
      courses.push_back(std::move(course));
  return courses;
}

std::vector<std::vector<therapy::AllianceRating>> telling_ratings(const FormSeries& form) {
  std::vector<std::vector<therapy::AllianceRating>> courses;
  for (const AnswerSeries& series : form.series) {
    auto ratings = ratings_of(series);
    const auto rated =
        std::count_if(ratings.begin(), ratings.end(), [](const auto& one) { return one.rating; });
    if (rated >= static_cast<std::ptrdiff_t>(ratings_that_tell)) courses.push_back(std::move(ratings));
  }
  return courses;
}

std::size_t telling(const FormSeries& form) {
  return form.kind == LearnedKind::expected_course ? telling_courses(form).size()
                                                   : telling_ratings(form).size();
}
std::size_t needed_for(LearnedKind kind) {
  return kind == LearnedKind::expected_course ? therapy::courses_for_a_band : therapy::courses_for_pooling;
}

/// Nothing where there are too few courses, or a fit that did not settle: what is in use stays.
std::optional<LearnedCourse> learn(const FormSeries& form) {
  LearnedCourse row;
  if (form.kind == LearnedKind::expected_course) {
    const auto courses = telling_courses(form);
    if (courses.size() < therapy::courses_for_a_band) return std::nullopt;
    const auto fitted = therapy::learn_expected_course(courses, "");
    if (!fitted) return std::nullopt;
    row.courses = static_cast<int>(fitted->courses);
    row.answers = static_cast<int>(fitted->readings);
    row.numbers = kept_form(*fitted);
  } else {
    const auto courses = telling_ratings(form);
    if (courses.size() < therapy::courses_for_pooling) return std::nullopt;
    const auto pooled = therapy::pooled_within_error(courses, "");
    if (!pooled || !(pooled->sd > 0)) return std::nullopt;
    row.courses = static_cast<int>(pooled->courses);
    row.answers = static_cast<int>(pooled->readings);
    row.numbers = fmt::format("{} {}", kept_version, pooled->sd);
  }
  const AnswerSeries& like = form.series.front();
  row.kind = form.kind;
  row.instrument = like.key.instrument;
  row.version = like.key.version;
  row.item_order = like.key.item_order;
  row.fingerprint = like.fingerprint;
  row.scale = like.scale_id;
  return row;
}

Result<std::vector<LearnedView>> views_of(Transaction& transaction, const Forms& forms) {
  std::vector<LearnedView> views;
  for (const auto& [key, form] : forms) {
    const AnswerSeries& like = form.series.front();
    LearnedView view;
    view.kind = form.kind;
    view.instrument = like.key.instrument;
    view.version = like.key.version;
    view.item_order = like.key.item_order;
    view.title = like.definition.instrument->name;
    view.courses = static_cast<std::int64_t>(telling(form));
    view.needed = static_cast<std::int64_t>(needed_for(form.kind));
    const auto row = learned(transaction, like, form.kind);
    if (!row) return tl::unexpected(row.error());
    if (*row) {
      view.computed_at = (*row)->computed_at;
      view.learned_from = (*row)->courses;
      view.is_used = true;
    }
    views.push_back(std::move(view));
  }
  std::stable_sort(views.begin(), views.end(),
                   [](const LearnedView& a, const LearnedView& b) { return a.courses > b.courses; });
  return views;
}

Action learned_action(std::string_view name) {
  return {name, Permission::manage_practice, {}, {}, ""};
}

Result<bool> replace_rows(Transaction& transaction, const Practice& practice,
                          std::vector<LearnedCourse> rows) {
  for (LearnedCourse& row : rows) {
    const Condition same[] = {
        where(&LearnedCourse::kind, row.kind), where(&LearnedCourse::instrument, row.instrument),
        where(&LearnedCourse::version, row.version), where(&LearnedCourse::item_order, row.item_order)};
    if (const auto removed = transaction.remove(table_of<LearnedCourse>(), same); !removed)
      return tl::unexpected(removed.error());
    row.id = new_id<LearnedCourse>(practice.entropy);
    row.computed_at = practice.clock.now();
    if (auto added = insert(transaction, row); !added) return added;
  }
  return true;
}

}  // namespace

std::string kept_form(const ExpectedCourse& course) {
  std::string text(kept_version);
  each_number(course, [&](const auto& number) { text += fmt::format(" {}", number); });
  return text;
}

std::optional<ExpectedCourse> expected_from(std::string_view numbers) {
  Words words(numbers);
  if (words.word() != kept_version) return std::nullopt;
  ExpectedCourse course;
  each_number(course, [&](auto& number) { words.read(number); });
  return words.is_whole() ? std::optional(course) : std::nullopt;
}

Result<std::optional<LearnedExpected>> learned_expected(Transaction& transaction,
                                                        const AnswerSeries& series) {
  const auto row = learned(transaction, series, LearnedKind::expected_course);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<LearnedExpected>();
  auto course = expected_from((*row)->numbers);
  if (!course) return not_known();
  course->source = whose((*row)->courses, (*row)->computed_at);
  return std::optional(LearnedExpected{std::move(*course), (*row)->computed_at});
}

Result<WithinError> rating_error(Transaction& transaction, const AnswerSeries& series) {
  const auto row = learned(transaction, series, LearnedKind::rating_error);
  if (!row) return tl::unexpected(row.error());
  if (!*row) {
    const auto form = rating_form(*series.definition.instrument);
    return therapy::fallback_within_error(form->min, form->max);
  }
  WithinError error;
  Words words((*row)->numbers);
  if (words.word() != kept_version) return not_known();
  words.read(error.sd);
  if (!words.is_whole()) return not_known();
  error.courses = static_cast<std::size_t>((*row)->courses);
  error.readings = static_cast<std::size_t>((*row)->answers);
  error.source = whose((*row)->courses, (*row)->computed_at);
  return error;
}

Result<std::vector<LearnedView>> list_learned(const Practice& practice, const Actor& actor) {
  return look<std::vector<LearnedView>>(practice, actor, learned_action("learned.list"),
                                        [&](Transaction& transaction) -> Result<std::vector<LearnedView>> {
                                          const auto forms = all_forms(transaction, practice);
                                          if (!forms) return tl::unexpected(forms.error());
                                          return views_of(transaction, *forms);
                                        });
}

Result<std::vector<LearnedView>> learn_courses(const Practice& practice, const Actor& actor) {
  // Read, reckon, and only then write: nobody else waits while it reckons.
  const Action action = learned_action("learned.learn");
  const auto forms = glance<Forms>(
      practice, actor, action, [&](Transaction& transaction) { return all_forms(transaction, practice); });
  if (!forms) return tl::unexpected(forms.error());
  std::vector<LearnedCourse> rows;
  for (const auto& [key, form] : *forms)
    if (auto row = learn(form)) rows.push_back(std::move(*row));
  if (rows.empty())
    return fail(
        ErrorKind::conflict, "learned.too_few",
        fmt::format("no measure has enough: an expected course needs {} courses with three scores, the "
                    "error of ratings {} courses with {} ratings",
                    therapy::courses_for_a_band, therapy::courses_for_pooling, ratings_that_tell));
  return carry_out<std::vector<LearnedView>>(
      practice, actor, action, [&](Transaction& transaction) -> Result<std::vector<LearnedView>> {
        if (auto kept = replace_rows(transaction, practice, rows); !kept) return tl::unexpected(kept.error());
        if (auto done = reckon_statuses(transaction, practice); !done) return tl::unexpected(done.error());
        return views_of(transaction, *forms);
      });
}

Result<std::vector<LearnedView>> forget_learned(const Practice& practice, const Actor& actor) {
  return carry_out<std::vector<LearnedView>>(
      practice, actor, learned_action("learned.forget"),
      [&](Transaction& transaction) -> Result<std::vector<LearnedView>> {
        const Condition all[] = {where(&LearnedCourse::computed_at, Instant{0}, Is::at_least)};
        if (const auto removed = transaction.remove(table_of<LearnedCourse>(), all); !removed)
          return tl::unexpected(removed.error());
        if (auto done = reckon_statuses(transaction, practice); !done) return tl::unexpected(done.error());
        const auto forms = all_forms(transaction, practice);
        if (!forms) return tl::unexpected(forms.error());
        return views_of(transaction, *forms);
      });
}

}  // namespace securebase::service
